package dev.mailroom.rules.log;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** SQL for runs. Stateless: the caller owns the session and therefore the transaction. */
@Singleton
public class RuleRuns {
    /** Rows that one pass of the clean-up removes, so that no transaction is long. */
    static final int FORGET_MAX_ROWS = 10_000;

    /** What happened to a rule in a conversation since some time. */
    public record Recent(long ran, long paused) {
        public static final Recent NONE = new Recent(0, 0);
    }

    /** Where a list of runs goes on. */
    record Position(Instant at, UUID id) {}

    public Uni<Void> add(Mutiny.Session session, List<RuleRun> runs) {
        if (runs.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.persistAll(runs.stream().map(RuleRunRow::of).toArray()).chain(session::flush);
    }

    /** How often rules ran and were paused in a conversation since a time, by rule. */
    public Uni<Map<UUID, Recent>> recent(
            Mutiny.Session session, Collection<UUID> rules, UUID conversation, Instant since) {
        if (rules.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        return session.createSelectionQuery(
                        "select r.rule, r.outcome, count(r) from RuleRunRow r"
                                + " where r.conversation = :conversation and r.at > :since and r.rule in :rules"
                                + " group by r.rule, r.outcome",
                        Object[].class)
                .setParameter("conversation", conversation)
                .setParameter("since", since)
                .setParameter("rules", rules)
                .getResultList()
                .map(RuleRuns::byRule);
    }

    Uni<List<RuleRun>> page(Mutiny.Session session, UUID organization, UUID rule, @Nullable Position after, int limit) {
        Mutiny.SelectionQuery<RuleRunRow> query = session.createSelectionQuery(
                        "from RuleRunRow r where r.organization = :organization and r.rule = :rule"
                                + (after == null ? "" : " and (r.at < :at or (r.at = :at and r.id < :id))")
                                + " order by r.at desc, r.id desc",
                        RuleRunRow.class)
                .setParameter("organization", organization)
                .setParameter("rule", rule)
                .setMaxResults(limit);
        if (after != null) {
            query.setParameter("at", after.at()).setParameter("id", after.id());
        }
        return query.getResultList()
                .map(rows -> rows.stream().map(RuleRunRow::toRun).toList());
    }

    /** Removes old runs. @return how many; {@link #FORGET_MAX_ROWS} means that there may be more */
    Uni<Integer> forget(Mutiny.Session session, Instant before) {
        return session.createNativeQuery(
                        "delete from rule_run where id in (select id from rule_run where at < :before limit :most)")
                .setParameter("before", before)
                .setParameter("most", FORGET_MAX_ROWS)
                .executeUpdate();
    }

    private static Map<UUID, Recent> byRule(List<Object[]> counts) {
        Map<UUID, Recent> recent = new HashMap<>();
        for (Object[] count : counts) {
            UUID rule = (UUID) count[0];
            Recent known = recent.getOrDefault(rule, Recent.NONE);
            long number = (Long) count[2];
            if (count[1].equals(RuleRun.Outcome.PAUSED.json())) {
                recent.put(rule, new Recent(known.ran(), known.paused() + number));
            } else {
                recent.put(rule, new Recent(known.ran() + number, known.paused()));
            }
        }
        return recent;
    }
}
