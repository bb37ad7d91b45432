package dev.mailroom.account.alias;

import dev.mailroom.account.audit.Actor;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.account.organization.Shares;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Lets aliases follow the people and teams they are shared with: their accounts are marked for an event that says so. */
@ApplicationScoped
class AliasShares implements Shares {
    /** The accounts are locked before anything of theirs is changed, in the order of their ids. */
    private static final String MARK = "), locked as (select id from accounts where id in (select account_id from hit)"
            + " order by id for no key update), marked as (insert into audience_changes (account_id, organization_id, since)"
            + " select id, :organization, :now from locked on conflict (account_id) do nothing)";

    private static final String OF_TEAM = "with hit as (select distinct account_id from aliases"
            + " where organization_id = :organization and readers_team = :team";
    private static final String OF_TEAMS = "with hit as (select distinct account_id from aliases"
            + " where organization_id = :organization and readers_team in (:teams)";
    private static final String OF_USER = "with hit as (select distinct account_id from aliases"
            + " where organization_id = :organization"
            + " and (cast(:user as uuid) = any (senders_users) or cast(:user as uuid) = any (readers_users))";
    private static final String COUNT = " select count(*) from locked";
    /** What the audit log says about senders and readers, see {@link AliasAudit}. */
    private static final String SENDERS = "senders_mode || case when senders_users = '{}' then ''"
            + " else '[' || array_to_string(senders_users, ', ') || ']' end";

    private static final String READERS = "case when readers_mode = 'everyone' then readers_mode"
            + " when readers_mode = 'team' then readers_mode || cast(readers_team as text)"
            + " when readers_users = '{}' then 'nobody'"
            + " else readers_mode || '[' || array_to_string(readers_users, ', ') || ']' end";

    private static final String TAKE = ", before as (select id, " + SENDERS + " as senders, " + READERS
            + " as readers from aliases where account_id in (select account_id from hit)),"
            + " taken as (update aliases a set updated_at = :now, %s from locked where a.account_id = locked.id and %s"
            + " returning a.id, a.senders_mode, a.senders_users, a.readers_mode, a.readers_team, a.readers_users)"
            + " select taken.id, before.senders, " + SENDERS + " as senders_now, before.readers, " + READERS
            + " as readers_now from taken join before on before.id = taken.id order by taken.id";
    private static final String TAKE_FROM_TEAM =
            TAKE.formatted("readers_mode = 'users', readers_team = null", "a.readers_team = :team");
    private static final String TAKE_FROM_USER = TAKE.formatted(
            "senders_users = array_remove(a.senders_users, cast(:user as uuid)),"
                    + " readers_users = array_remove(a.readers_users, cast(:user as uuid))",
            "(cast(:user as uuid) = any (a.senders_users) or cast(:user as uuid) = any (a.readers_users))");
    private static final String FORGET_WORDS =
            "delete from alias_overrides where organization_id = :organization and user_id = :user";
    private static final String ACCOUNTS = "select distinct a.accountId from AliasRow a"
            + " where a.organizationId = :organization and a.readersTeam = :team order by a.accountId";

    private final Audit audit;
    private final Clock clock;

    AliasShares(Audit audit, Clock clock) {
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Uni<List<UUID>> accountsOfTeam(Mutiny.Session session, UUID organization, UUID team) {
        return session.createSelectionQuery(ACCOUNTS, UUID.class)
                .setParameter("organization", organization)
                .setParameter("team", team)
                .setMaxResults(NAMED_MAX)
                .getResultList();
    }

    @Override
    public Uni<List<UUID>> accountsOwnedBy(Mutiny.Session session, UUID organization, UUID user) {
        return Uni.createFrom().item(List.of());
    }

    @Override
    public Uni<Void> teamChanged(Mutiny.Session session, UUID organization, UUID team) {
        return session.createNativeQuery(OF_TEAM + MARK + COUNT, Long.class)
                .setParameter("organization", organization)
                .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                .setParameter("team", team)
                .getSingleResult()
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> teamRemoved(Mutiny.Session session, Actor actor, UUID organization, UUID team) {
        return session.createNativeQuery(OF_TEAM + MARK + TAKE_FROM_TEAM, Object[].class)
                .setParameter("organization", organization)
                .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                .setParameter("team", team)
                .getResultList()
                .chain(taken -> record(session, actor, taken));
    }

    @Override
    public Uni<Void> userRemoved(Mutiny.Session session, Actor actor, UUID organization, UUID user, List<UUID> teams) {
        return session.createNativeQuery(OF_USER + MARK + TAKE_FROM_USER, Object[].class)
                .setParameter("organization", organization)
                .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                .setParameter("user", user)
                .getResultList()
                .chain(taken -> record(session, actor, taken))
                .chain(() -> session.createNativeQuery(FORGET_WORDS)
                        .setParameter("organization", organization)
                        .setParameter("user", user)
                        .executeUpdate())
                .chain(() -> teams.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : session.createNativeQuery(OF_TEAMS + MARK + COUNT, Long.class)
                                .setParameter("organization", organization)
                                .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                                .setParameter("teams", teams)
                                .getSingleResult()
                                .replaceWithVoid());
    }

    /** The senders and readers of each alias before and after, as one entry each. */
    private Uni<Void> record(Mutiny.Session session, Actor actor, List<Object[]> taken) {
        return audit.record(
                session,
                actor,
                taken.stream()
                        .map(row -> AuditEntry.of("alias.changed", "alias", (UUID) row[0])
                                .field("senders", row[1], row[2])
                                .field("readers", row[3], row[4]))
                        .toList());
    }
}
