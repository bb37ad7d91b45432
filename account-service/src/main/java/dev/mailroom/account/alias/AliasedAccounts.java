package dev.mailroom.account.alias;

import dev.mailroom.account.organization.Viewer;
import io.smallrye.mutiny.Uni;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** The accounts, as far as aliases need them. The caller owns the session and therefore the transaction. */
public interface AliasedAccounts {
    /** The account, or null if the viewer may not know of it. */
    Uni<AliasedAccount> find(Mutiny.Session session, Viewer viewer, UUID account);

    /** The account, locked until the end of the transaction, or a 404, or a 403 where the viewer may only see it or it is personal and not theirs. */
    Uni<AliasedAccount> lock(Mutiny.Session session, Viewer viewer, UUID account);

    /** Locks the account until the end of the transaction, whoever asks; a 404 if it is gone. */
    Uni<Void> hold(Mutiny.Session session, UUID account);

    /** One more revision of a locked account, and the event that says so. */
    Uni<Void> changed(Mutiny.Session session, UUID account);
}
