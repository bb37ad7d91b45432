package dev.mailroom.send.outgoing;

import dev.mailroom.http.Problems;
import dev.mailroom.send.account.Accounts;
import dev.mailroom.send.account.Viewer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** SQL for outgoing mail. Stateless: the caller owns the session and therefore the transaction. */
@ApplicationScoped
public class OutgoingRepository {
    /** Attempts shown of one message; older ones are left out. */
    static final int ATTEMPTS_SHOWN_MAX = 50;

    // As AccountRow.visibleTo; whoever sent a message sees it, whatever the account.
    private static final String VISIBLE = "(o.createdBy = :user or exists (select 1 from AccountRow a"
            + " where a.id = o.accountId and (a.ownerId = :user or a.audienceRevision = a.revision"
            + " and (a.audienceEveryone = true or array_contains(a.audienceUsers, :user)))))";

    private static final UUID HIGHEST = new UUID(-1L, -1L);

    private final Accounts accounts;

    OutgoingRepository(Accounts accounts) {
        this.accounts = accounts;
    }

    /** The message, or a 404 for whoever may not see it. */
    Uni<OutgoingRow> get(Mutiny.Session session, Viewer viewer, UUID id) {
        return session.find(OutgoingRow.class, id).chain(row -> visible(session, viewer, orNull(row)));
    }

    /** The same, locked until the end of the transaction. */
    Uni<OutgoingRow> lock(Mutiny.Session session, Viewer viewer, UUID id) {
        return lock(session, id).chain(row -> visible(session, viewer, row));
    }

    /** The message of any organization, locked until the end of the transaction, or null. */
    public Uni<@Nullable OutgoingRow> lock(Mutiny.Session session, UUID id) {
        return session.find(OutgoingRow.class, id, LockMode.PESSIMISTIC_WRITE).map(OutgoingRepository::orNull);
    }

    /** What this person asked for with a key, or null. */
    Uni<@Nullable OutgoingRow> byKey(Mutiny.Session session, Viewer viewer, String key) {
        return session.createSelectionQuery(
                        "from OutgoingRow o where o.organizationId = :organization and o.createdBy = :user"
                                + " and o.idempotencyKey = :key",
                        OutgoingRow.class)
                .setParameter("organization", viewer.organization())
                .setParameter("user", viewer.user())
                .setParameter("key", key)
                .getSingleResultOrNull()
                .map(OutgoingRepository::orNull);
    }

    /** Newest first, at most {@code limit}. */
    Uni<List<OutgoingRow>> list(
            Mutiny.Session session,
            Viewer viewer,
            @Nullable OutgoingState state,
            @Nullable UUID account,
            @Nullable UUID before,
            int limit) {
        String hql = "from OutgoingRow o where o.organizationId = :organization and o.id < :before and " + VISIBLE
                + (state == null ? "" : " and o.state = :state")
                + (account == null ? "" : " and o.accountId = :account")
                + " order by o.id desc";
        var query = session.createSelectionQuery(hql, OutgoingRow.class)
                .setParameter("organization", viewer.organization())
                .setParameter("user", viewer.user())
                .setParameter("before", before == null ? HIGHEST : before)
                .setMaxResults(limit);
        if (state != null) {
            query.setParameter("state", state.wireName());
        }
        if (account != null) {
            query.setParameter("account", account);
        }
        return query.getResultList();
    }

    /** In the order of the headers. */
    public Uni<List<RecipientRow>> recipients(Mutiny.Session session, List<UUID> outgoing) {
        if (outgoing.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return session.createSelectionQuery(
                        "from RecipientRow r where r.outgoingId in (:ids) order by r.outgoingId, r.position",
                        RecipientRow.class)
                .setParameter("ids", outgoing)
                .getResultList();
    }

    Uni<List<AttemptRow>> attempts(Mutiny.Session session, UUID outgoing) {
        return session.createSelectionQuery(
                        "from AttemptRow a where a.outgoingId = :id order by a.number desc", AttemptRow.class)
                .setParameter("id", outgoing)
                .setMaxResults(ATTEMPTS_SHOWN_MAX)
                .getResultList();
    }

    // The library does not say that it may be null.
    private static @Nullable OutgoingRow orNull(@Nullable OutgoingRow row) {
        return row;
    }

    private Uni<OutgoingRow> visible(Mutiny.Session session, Viewer viewer, @Nullable OutgoingRow row) {
        if (row == null || !row.organizationId.equals(viewer.organization())) {
            return Uni.createFrom().failure(Problems.notFound("The outgoing message"));
        }
        if (viewer.user().equals(row.createdBy)) {
            return Uni.createFrom().item(row);
        }
        return accounts.visible(session, viewer, row.accountId).map(visible -> {
            if (!visible) {
                throw Problems.notFound("The outgoing message");
            }
            return row;
        });
    }
}
