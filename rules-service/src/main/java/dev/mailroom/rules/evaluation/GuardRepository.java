package dev.mailroom.rules.evaluation;

import dev.mailroom.contracts.Message;
import dev.mailroom.rules.account.Accounts;
import dev.mailroom.rules.action.Action;
import dev.mailroom.rules.log.RuleRuns;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** SQL of the guards. Stateless: the caller owns the session and therefore the transaction. */
@Singleton
class GuardRepository {
    /** Rows that one pass of the clean-up removes. */
    static final int FORGET_MAX_ROWS = 10_000;

    private final RuleRuns runs;
    private final Accounts accounts;
    private final EvaluationConfig config;

    GuardRepository(RuleRuns runs, Accounts accounts, EvaluationConfig config) {
        this.runs = runs;
        this.accounts = accounts;
        this.config = config;
    }

    /** What the matches of a message need; asks for answers only where a rule wants to answer. */
    Uni<Guards> load(Mutiny.Session session, Planner.Received received, List<RulePass.Match> matches, Instant now) {
        Set<UUID> rules = new HashSet<>();
        matches.forEach(match -> rules.add(match.rule().id()));
        Uni<Map<UUID, RuleRuns.Recent>> recent =
                runs.recent(session, rules, received.message().conversation(), now.minus(config.runsWindow()));
        boolean answers = matches.stream()
                .flatMap(match -> match.rule().actions().stream())
                .anyMatch(Action.SendResponse.class::isInstance);
        Message message = received.message();
        if (!answers
                || ResponsePlan.refusal(message, received.data().mailbox().role())
                        .isPresent()) {
            return recent.map(map -> new Guards(map, false, Set.of(), 0, 0));
        }
        return recent.chain(map -> answers(session, received, now, map));
    }

    private Uni<Guards> answers(
            Mutiny.Session session, Planner.Received received, Instant now, Map<UUID, RuleRuns.Recent> recent) {
        UUID organization = received.data().organization();
        String sender = ResponsePlan.senderOf(received.message());
        Instant since = now.minus(config.responses().interval());
        return accounts.isOwnAddress(session, organization, sender)
                .chain(own -> answeredBy(session, received.data().account(), sender, since)
                        .chain(answered -> countOf(session, organization, now.minus(Duration.ofHours(1)))
                                .map(count ->
                                        new Guards(recent, own, new HashSet<>(answered), answered.size(), count))));
    }

    Uni<Void> add(Mutiny.Session session, Planner.Received received, List<Effects.Response> responses, Instant now) {
        if (responses.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Object[] rows = responses.stream()
                .map(response -> {
                    ResponseRow row = new ResponseRow();
                    row.id = response.id();
                    row.rule = response.rule();
                    row.organization = received.data().organization();
                    row.account = received.data().account();
                    row.sender = response.sender();
                    row.sentAt = now;
                    return row;
                })
                .toArray();
        return session.persistAll(rows).chain(session::flush);
    }

    Uni<Integer> forget(Mutiny.Session session, Instant before) {
        return session.createNativeQuery("delete from rule_response where id in"
                        + " (select id from rule_response where sent_at < :before limit :most)")
                .setParameter("before", before)
                .setParameter("most", FORGET_MAX_ROWS)
                .executeUpdate();
    }

    /** One entry for each answer; more than the cap for a sender are never there. */
    private Uni<List<UUID>> answeredBy(Mutiny.Session session, UUID account, String sender, Instant since) {
        return session.createSelectionQuery(
                        "select r.rule from ResponseRow r"
                                + " where r.account = :account and r.sender = :sender and r.sentAt > :since",
                        UUID.class)
                .setParameter("account", account)
                .setParameter("sender", sender)
                .setParameter("since", since)
                .setMaxResults(1_000)
                .getResultList();
    }

    private static Uni<Long> countOf(Mutiny.Session session, UUID organization, Instant since) {
        return session.createSelectionQuery(
                        "select count(r) from ResponseRow r where r.organization = :organization and r.sentAt > :since",
                        Long.class)
                .setParameter("organization", organization)
                .setParameter("since", since)
                .getSingleResult();
    }
}
