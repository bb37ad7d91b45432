package dev.mailroom.send.account;

import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Looks accounts up and remembers what their servers thought of the credential. Stateless: the caller owns the transaction. */
@ApplicationScoped
public class Accounts {
    /** Refusals of one credential in a row after which the account's mail waits for another credential. */
    public static final int REFUSALS_MAX = 2;

    /** The account, or null if there is none that is not removed. */
    public Uni<@Nullable AccountRow> find(Mutiny.Session session, UUID account) {
        return session.find(AccountRow.class, account).map(row -> row == null || row.removed ? null : row);
    }

    /** The account, a removed one included; empty if no event told of it yet. */
    public Uni<Optional<AccountRow>> known(Mutiny.Session session, UUID account) {
        return session.find(AccountRow.class, account).map(Optional::ofNullable);
    }

    /** Whether this person may see the mail of an account, one that is removed included. */
    public Uni<Boolean> visible(Mutiny.Session session, Viewer viewer, UUID account) {
        return session.find(AccountRow.class, account).map(row -> row != null && row.visibleTo(viewer));
    }

    /** The account, or a 404 for whoever may send nothing from it. */
    public Uni<AccountRow> get(Mutiny.Session session, Viewer viewer, UUID account) {
        return find(session, account).map(row -> {
            if (row == null || !row.usableBy(viewer)) {
                throw Problems.notFound("The account");
            }
            return row;
        });
    }

    /** Counts a refusal of this version of the credential. */
    public Uni<Void> refused(Mutiny.Session session, UUID account, long credentialVersion) {
        return session.createMutationQuery("update AccountRow a set a.refusals = a.refusals + 1"
                        + " where a.id = :id and a.credentialVersion = :version")
                .setParameter("id", account)
                .setParameter("version", credentialVersion)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** The server let us in: earlier refusals were its own trouble. */
    public Uni<Void> welcomed(Mutiny.Session session, UUID account) {
        return session.createMutationQuery("update AccountRow a set a.refusals = 0 where a.id = :id and a.refusals > 0")
                .setParameter("id", account)
                .executeUpdate()
                .replaceWithVoid();
    }
}
