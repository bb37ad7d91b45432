package dev.mailroom.rules.rule;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** SQL for rules. Stateless: the caller owns the session and therefore the transaction. */
@Singleton
class RuleRepository {
    /** Rules that are told to be broken by one removed account. */
    static final int BROKEN_MAX = 2 * Rule.RULES_MAX;

    /** Where a list of rules goes on. */
    record Position(int position, String descriptionKey, UUID id) {}

    private static final String ORDER = " order by r.position, r.descriptionKey, r.id";

    /** Locks the organization's rules against other writes until the transaction ends, and makes cached ones stale. */
    Uni<Void> touch(Mutiny.Session session, UUID organization) {
        return session.createNativeQuery("""
                        insert into rule_set (organization, version) values (:organization, 1)
                        on conflict (organization) do update set version = rule_set.version + 1
                        """)
                .setParameter("organization", organization)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** 0 for an organization that never had a rule or an account. */
    Uni<Long> version(Mutiny.Session session, UUID organization) {
        return session.find(RuleSetRow.class, organization).map(row -> row == null ? 0L : row.version);
    }

    Uni<Optional<RuleRow>> find(Mutiny.Session session, Member member, UUID id) {
        return session.find(RuleRow.class, id)
                .map(row -> Optional.ofNullable(row).filter(found -> found.isVisibleTo(member)));
    }

    Uni<Long> count(Mutiny.Session session, Member member, Scope scope) {
        return session.createSelectionQuery(
                        "select count(r) from RuleRow r where r.organization = :organization and r.scope = :scope"
                                + " and (r.scope = 'organization' or r.owner = :user)",
                        Long.class)
                .setParameter("organization", member.organization())
                .setParameter("scope", scope.json())
                .setParameter("user", member.user())
                .getSingleResult();
    }

    /** The rules of one scope that the person may see, in order. */
    Uni<List<RuleRow>> all(Mutiny.Session session, Member member, Scope scope) {
        return session.createSelectionQuery(
                        "from RuleRow r where r.organization = :organization and r.scope = :scope"
                                + " and (r.scope = 'organization' or r.owner = :user)" + ORDER,
                        RuleRow.class)
                .setParameter("organization", member.organization())
                .setParameter("scope", scope.json())
                .setParameter("user", member.user())
                .setMaxResults(Rule.RULES_MAX)
                .getResultList();
    }

    Uni<List<RuleRow>> page(
            Mutiny.Session session, Member member, @Nullable Scope scope, @Nullable Position after, int limit) {
        String hql = "from RuleRow r where r.organization = :organization"
                + " and (r.scope = 'organization' or r.owner = :user)"
                + (scope == null ? "" : " and r.scope = :scope")
                + (after == null
                        ? ""
                        : " and (r.position > :position or (r.position = :position and (r.descriptionKey > :key"
                                + " or (r.descriptionKey = :key and r.id > :id))))")
                + ORDER;
        Mutiny.SelectionQuery<RuleRow> query = session.createSelectionQuery(hql, RuleRow.class)
                .setParameter("organization", member.organization())
                .setParameter("user", member.user())
                .setMaxResults(limit);
        if (scope != null) {
            query.setParameter("scope", scope.json());
        }
        if (after != null) {
            query.setParameter("position", after.position())
                    .setParameter("key", after.descriptionKey())
                    .setParameter("id", after.id());
        }
        return query.getResultList();
    }

    /** The enabled rules that see an account's mail: the organization's, or those of one owner. */
    Uni<List<RuleRow>> enabled(Mutiny.Session session, UUID organization, @Nullable UUID owner) {
        Mutiny.SelectionQuery<RuleRow> query = session.createSelectionQuery(
                        "from RuleRow r where r.organization = :organization and r.scope = :scope and r.enabled = true"
                                + (owner == null ? "" : " and r.owner = :owner") + ORDER,
                        RuleRow.class)
                .setParameter("organization", organization)
                .setParameter("scope", (owner == null ? Scope.ORGANIZATION : Scope.PERSONAL).json())
                .setMaxResults(Rule.RULES_MAX);
        if (owner != null) {
            query.setParameter("owner", owner);
        }
        return query.getResultList();
    }

    /** Rules whose conditions have this id somewhere; the caller looks closer. */
    Uni<List<RuleRow>> naming(Mutiny.Session session, UUID organization, UUID account) {
        return session.createSelectionQuery(
                        "from RuleRow r where r.organization = :organization and r.condition like :named" + ORDER,
                        RuleRow.class)
                .setParameter("organization", organization)
                .setParameter("named", "%" + account + "%")
                .setMaxResults(BROKEN_MAX)
                .getResultList();
    }

    Uni<Integer> forgetKeys(Mutiny.Session session, Instant before) {
        return session.createMutationQuery("delete from IdempotencyRow k where k.createdAt < :before")
                .setParameter("before", before)
                .executeUpdate();
    }
}
