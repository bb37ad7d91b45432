package dev.mailroom.account.notice;

import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Where the people of an organization get mail that is not in Mailroom. */
public interface OwnerAddresses {
    /** The address of a user, if it is known; the session works for the organization. */
    Uni<Optional<String>> of(Mutiny.Session session, UUID organization, UUID user);
}
