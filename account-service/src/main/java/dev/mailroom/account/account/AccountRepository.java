package dev.mailroom.account.account;

import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.Problems;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** SQL for accounts. Stateless: the caller owns the session and therefore the transaction. */
@ApplicationScoped
class AccountRepository {
    /** To managers, the owner, and those it is shared with: everyone, people who are named, or the people of a team. */
    private static final String VISIBLE = " a.organizationId = :organization and (:manager = true or a.ownerId = :user"
            + " or (a.sharingMode = 'shared' and ((a.sharingTeam is null and array_length(a.sharingUsers) = 0)"
            + " or array_contains(a.sharingUsers, :user)"
            + " or exists (select 1 from TeamPersonRow p where p.teamId = a.sharingTeam and p.userId = :user))))";

    private static final String FIND = "from AccountRow a where a.id = :id and" + VISIBLE;
    private static final String LIST = "from AccountRow a where a.id > :after and" + VISIBLE + " order by a.id";
    private static final String REPORT = "update AccountRow a set a.state = :state, a.stateCategory = :category,"
            + " a.stateDetail = :detail, a.stateSince = :since"
            + " where a.id = :id and a.organizationId = :organization";

    /** The account, or null if the viewer may not know of it. */
    Uni<AccountRow> find(Mutiny.Session session, Viewer viewer, UUID id) {
        return query(session, FIND, viewer).setParameter("id", id).getSingleResultOrNull();
    }

    /** The account, or a 404. */
    Uni<AccountRow> get(Mutiny.Session session, Viewer viewer, UUID id) {
        return find(session, viewer, id).map(AccountRepository::orNotFound);
    }

    /** The account, locked until the end of the transaction, or a 404, or a 403 where the viewer may only see it. */
    Uni<AccountRow> lock(Mutiny.Session session, Viewer viewer, UUID id) {
        return query(session, FIND, viewer)
                .setParameter("id", id)
                .setLockMode(LockMode.PESSIMISTIC_WRITE)
                .getSingleResultOrNull()
                .map(AccountRepository::orNotFound)
                .invoke(row -> requireChangeable(row, viewer));
    }

    /** Accounts with an id above {@code after}, in order of their ids. */
    Uni<List<AccountRow>> list(Mutiny.Session session, Viewer viewer, UUID after, int limit) {
        return query(session, LIST, viewer)
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultList();
    }

    /**
     * Takes over a reported state. Reports come in the order of Kafka; clocks of two services are no order.
     *
     * @return whether the organization has such an account
     */
    Uni<Boolean> report(Mutiny.Session session, UUID organization, UUID id, ReportedState reported) {
        return session.createMutationQuery(REPORT)
                .setParameter("id", id)
                .setParameter("organization", organization)
                .setParameter("state", reported.state())
                .setParameter("category", reported.category())
                .setParameter("detail", reported.detail())
                .setParameter("since", reported.since())
                .executeUpdate()
                .map(changed -> changed == 1);
    }

    record ReportedState(
            String state,
            @Nullable String category,
            @Nullable String detail,
            Instant since) {}

    static void requireChangeable(AccountRow row, Viewer viewer) {
        if (!viewer.manager() && !row.ownerId.equals(viewer.user())) {
            throw Problems.forbidden(
                    "not-your-account", "Only the person who connected an account, an owner or an admin can change it");
        }
    }

    private static AccountRow orNotFound(@Nullable AccountRow row) {
        if (row == null) {
            throw Problems.notFound("The account");
        }
        return row;
    }

    private static Mutiny.SelectionQuery<AccountRow> query(Mutiny.Session session, String hql, Viewer viewer) {
        return session.createSelectionQuery(hql, AccountRow.class)
                .setParameter("organization", viewer.organization())
                .setParameter("manager", viewer.manager())
                .setParameter("user", viewer.user());
    }
}
