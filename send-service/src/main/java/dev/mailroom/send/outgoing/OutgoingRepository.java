package dev.mailroom.send.outgoing;

import dev.mailroom.http.Problems;
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

    private static final UUID HIGHEST = new UUID(-1L, -1L);

    /** The message of the organization, or a 404. */
    Uni<OutgoingRow> get(Mutiny.Session session, UUID organization, UUID id) {
        return session.find(OutgoingRow.class, id).map(row -> mine(row, organization));
    }

    /** The same, locked until the end of the transaction. */
    Uni<OutgoingRow> lock(Mutiny.Session session, UUID organization, UUID id) {
        return session.find(OutgoingRow.class, id, LockMode.PESSIMISTIC_WRITE).map(row -> mine(row, organization));
    }

    /** The message of any organization, locked until the end of the transaction, or null. */
    public Uni<@Nullable OutgoingRow> lock(Mutiny.Session session, UUID id) {
        return session.find(OutgoingRow.class, id, LockMode.PESSIMISTIC_WRITE).map(OutgoingRepository::orNull);
    }

    Uni<@Nullable OutgoingRow> byKey(Mutiny.Session session, UUID organization, String key) {
        return session.createSelectionQuery(
                        "from OutgoingRow o where o.organizationId = :organization and o.idempotencyKey = :key",
                        OutgoingRow.class)
                .setParameter("organization", organization)
                .setParameter("key", key)
                .getSingleResultOrNull()
                .map(OutgoingRepository::orNull);
    }

    /** Newest first, at most {@code limit}. */
    Uni<List<OutgoingRow>> list(
            Mutiny.Session session,
            UUID organization,
            @Nullable OutgoingState state,
            @Nullable UUID account,
            @Nullable UUID before,
            int limit) {
        String hql = "from OutgoingRow o where o.organizationId = :organization and o.id < :before"
                + (state == null ? "" : " and o.state = :state")
                + (account == null ? "" : " and o.accountId = :account")
                + " order by o.id desc";
        var query = session.createSelectionQuery(hql, OutgoingRow.class)
                .setParameter("organization", organization)
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

    private static OutgoingRow mine(@Nullable OutgoingRow row, UUID organization) {
        if (row == null || !row.organizationId.equals(organization)) {
            throw Problems.notFound("The outgoing message");
        }
        return row;
    }
}
