package dev.mailroom.send.account;

import io.smallrye.mutiny.Uni;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** What else has to go when an account goes, in the same transaction. */
public interface AccountRemoval {
    Uni<Void> accountRemoved(Mutiny.Session session, UUID account);
}
