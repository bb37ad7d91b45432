package dev.mailroom.account.account;

import dev.mailroom.account.audit.Actor;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.account.organization.Shares;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.contracts.AccountEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Lets accounts follow the people and teams they are shared with.
 *
 * <p>Whoever changes the directory marks the accounts concerned in {@code audience_changes} with one statement, and the first
 * {@link #BATCH_MAX} of them get a new revision and its event in the same transaction. The others follow in transactions of their own;
 * a mark is gone only with the event, so that a crash loses none. The accounts are locked before they are marked: a mark that is
 * just being worked off would otherwise take the new change with it.
 *
 * <p>So does an account of which all is told that an older version of the service could not tell.
 */
@ApplicationScoped
@Priority(AccountShares.LAST)
class AccountShares implements Shares {
    /** Below the default: this one writes the events. */
    static final int LAST = -1;

    /** Accounts that get a new revision in one transaction; an event has at most 2,000 people, about 80 KB. */
    static final int BATCH_MAX = 100;

    private static final String MARK = "insert into audience_changes (account_id, organization_id, since)"
            + " select id, :organization, :now from hit on conflict (account_id) do nothing";
    private static final String MARK_TEAM = "with hit as (select id from accounts where organization_id = :organization"
            + " and sharing_team = :team order by id for no key update) " + MARK;
    private static final String MARK_TEAMS =
            "with hit as (select id from accounts where organization_id = :organization"
                    + " and sharing_team in (:teams) order by id for no key update) " + MARK;

    /** What the audit log says about a sharing with somebody, see {@link AccountAudit}; one with everyone names nobody who could go. */
    private static final String TEXT = "case when sharing_mode = 'personal' then 'personal' else 'shared team='"
            + " || coalesce(cast(sharing_team as text), 'null') || ' users=[' || array_to_string(sharing_users, ', ')"
            + " || '] delivery=' || sharing_delivery end";

    private static final String HIT = "with hit as (select id, " + TEXT
            + " as before from accounts where organization_id = :organization and %s order by id for no key update),"
            + " marked as (" + MARK + "), taken as (update accounts a set ";
    private static final String TAKEN = " from hit where a.id = hit.id returning a.id, a.sharing_mode, a.sharing_team,"
            + " a.sharing_users, a.sharing_delivery) select taken.id, hit.before, " + TEXT
            + " as now from taken join hit on hit.id = taken.id order by taken.id";

    /** Without a team and without users an account would be everyone's: it becomes personal. */
    private static final String TAKE_FROM_TEAM = HIT.formatted("sharing_team = :team")
            + "sharing_team = null,"
            + " sharing_mode = case when a.sharing_users = '{}' then 'personal' else 'shared' end,"
            + " sharing_delivery = case when a.sharing_users = '{}' then null else a.sharing_delivery end"
            + TAKEN;

    private static final String TAKE_FROM_USER = HIT.formatted("cast(:user as uuid) = any (sharing_users)")
            + "sharing_users = array_remove(a.sharing_users, cast(:user as uuid)),"
            + " sharing_mode = case when a.sharing_team is null and a.sharing_users = array[cast(:user as uuid)]"
            + " then 'personal' else 'shared' end,"
            + " sharing_delivery = case when a.sharing_team is null and a.sharing_users = array[cast(:user as uuid)]"
            + " then null else a.sharing_delivery end"
            + TAKEN;

    /** Accounts whose last event an older version of the service wrote, or none: it says too little. */
    private static final String MARK_UNTOLD = "with hit as (select id, organization_id from accounts"
            + " where told_revision is distinct from revision order by id limit " + BATCH_MAX
            + " for no key update skip locked) insert into audience_changes (account_id, organization_id, since)"
            + " select id, organization_id, :now from hit on conflict (account_id) do nothing";

    private static final String TAKE_MARKS = "select account_id from audience_changes order by since, account_id"
            + " limit " + BATCH_MAX + " for update skip locked";
    private static final String OF_TEAM = "select a.id from AccountRow a where a.organizationId = :organization"
            + " and a.sharingTeam = :team order by a.id";
    private static final String OWNED = "select a.id from AccountRow a where a.organizationId = :organization"
            + " and a.ownerId = :user order by a.id";

    private final TenantTransactions transactions;
    private final AccountEvents events;
    private final Audit audit;
    private final Clock clock;

    AccountShares(TenantTransactions transactions, AccountEvents events, Audit audit, Clock clock) {
        this.transactions = transactions;
        this.events = events;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Uni<List<UUID>> accountsOfTeam(Mutiny.Session session, UUID organization, UUID team) {
        return session.createSelectionQuery(OF_TEAM, UUID.class)
                .setParameter("organization", organization)
                .setParameter("team", team)
                .setMaxResults(NAMED_MAX)
                .getResultList();
    }

    @Override
    public Uni<List<UUID>> accountsOwnedBy(Mutiny.Session session, UUID organization, UUID user) {
        return session.createSelectionQuery(OWNED, UUID.class)
                .setParameter("organization", organization)
                .setParameter("user", user)
                .setMaxResults(NAMED_MAX)
                .getResultList();
    }

    @Override
    public Uni<Void> teamChanged(Mutiny.Session session, UUID organization, UUID team) {
        return given(session.createNativeQuery(MARK_TEAM), organization)
                .setParameter("team", team)
                .executeUpdate()
                .chain(() -> follow(session))
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> teamRemoved(Mutiny.Session session, Actor actor, UUID organization, UUID team) {
        return given(session.createNativeQuery(TAKE_FROM_TEAM, Object[].class), organization)
                .setParameter("team", team)
                .getResultList()
                .chain(taken -> record(session, actor, taken))
                .chain(() -> follow(session))
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> userRemoved(Mutiny.Session session, Actor actor, UUID organization, UUID user, List<UUID> teams) {
        return given(session.createNativeQuery(TAKE_FROM_USER, Object[].class), organization)
                .setParameter("user", user)
                .getResultList()
                .chain(taken -> record(session, actor, taken))
                .chain(() -> teams.isEmpty()
                        ? Uni.createFrom().item(0)
                        : given(session.createNativeQuery(MARK_TEAMS), organization)
                                .setParameter("teams", teams)
                                .executeUpdate())
                .chain(() -> follow(session))
                .replaceWithVoid();
    }

    /** Works off what one transaction could not, or what a crash or an older version of the service left. */
    @Scheduled(every = "{mailroom.sharing.follow-interval}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> followAll() {
        // In a transaction of its own: its locks are not in the order in which others take theirs.
        return transactions
                .acrossOrganizationsReactive(this::markUntold)
                .chain(() -> transactions.acrossOrganizationsReactive(this::follow))
                .chain(done -> done < BATCH_MAX ? Uni.createFrom().voidItem() : followAll());
    }

    /** How many there were. */
    private Uni<Integer> markUntold(Mutiny.Session session) {
        return session.createNativeQuery(MARK_UNTOLD)
                .setParameter("now", OffsetDateTime.now(clock).withOffsetSameInstant(ZoneOffset.UTC))
                .executeUpdate();
    }

    /** Gives at most {@link #BATCH_MAX} marked accounts a new revision. How many there were. */
    private Uni<Integer> follow(Mutiny.Session session) {
        return session.createNativeQuery(TAKE_MARKS, UUID.class)
                .getResultList()
                .chain(ids -> ids.isEmpty()
                        ? Uni.createFrom().item(0)
                        : session.createSelectionQuery(
                                        "from AccountRow a where a.id in :ids order by a.id", AccountRow.class)
                                .setParameter("ids", ids)
                                .setLockMode(LockMode.PESSIMISTIC_WRITE)
                                .getResultList()
                                .chain(rows -> revise(session, rows))
                                .chain(() -> session.createNativeQuery(
                                                "delete from audience_changes where account_id in (:ids)")
                                        .setParameter("ids", ids)
                                        .executeUpdate())
                                .replaceWith(ids.size()));
    }

    private Uni<Void> revise(Mutiny.Session session, List<AccountRow> rows) {
        rows.forEach(row -> row.revise(clock.instant()));
        Uni<Void> written = session.flush();
        for (AccountRow row : rows) {
            written = written.chain(() -> events.append(session, row, AccountEvent.Changed::new));
        }
        return written;
    }

    /** The sharing of each account before and after, as one entry each. */
    private Uni<Void> record(Mutiny.Session session, Actor actor, List<Object[]> taken) {
        return audit.record(
                session,
                actor,
                taken.stream()
                        .map(row -> AuditEntry.of("account.changed", "account", (UUID) row[0])
                                .field("sharing", row[1], row[2]))
                        .toList());
    }

    private <Q extends Mutiny.AbstractQuery> Q given(Q query, UUID organization) {
        query.setParameter("organization", organization);
        query.setParameter("now", OffsetDateTime.now(clock).withOffsetSameInstant(ZoneOffset.UTC));
        return query;
    }
}
