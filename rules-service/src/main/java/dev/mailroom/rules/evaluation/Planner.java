package dev.mailroom.rules.evaluation;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Message;
import dev.mailroom.contracts.Origin;
import dev.mailroom.contracts.RuleEvent;
import dev.mailroom.contracts.RuleEvent.ActionOutcome;
import dev.mailroom.contracts.SendRequest;
import dev.mailroom.rules.action.Action;
import dev.mailroom.rules.action.Commands;
import dev.mailroom.rules.log.RuleRun;
import dev.mailroom.rules.rule.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Makes runs, commands and events of the matches of one message. Pure: ids follow from rule, event and the action's place in the
 * rule, so the same matches give the same ids. Used once.
 */
final class Planner {
    static final String SOURCE = "/rules-service";

    private static final String OK = "ok";
    private static final String SKIPPED = "skipped";
    private static final String FAILED = "failed";

    /** @param depth rules that stand between a person's or a server's act and this message; 0 for one that a server received */
    record Received(UUID event, MailEvent.MessageReceived data, int depth) {
        Message message() {
            return data.message();
        }
    }

    private final Received received;
    private final Guards guards;
    private final EvaluationConfig config;
    private final Instant now;
    private final ResponsePlan responsePlan;

    private final List<RuleRun> runs = new ArrayList<>();
    private final List<CloudEvent<?>> events = new ArrayList<>();
    private final Set<Action> asked = new HashSet<>();

    Planner(Received received, Guards guards, EvaluationConfig config, Instant now) {
        this.received = received;
        this.guards = guards;
        this.config = config;
        this.now = now;
        this.responsePlan = new ResponsePlan(received, guards, config.responses());
    }

    Effects plan(List<RulePass.Match> matches) {
        for (RulePass.Match match : matches) {
            if (run(match)) {
                break;
            }
        }
        return new Effects(runs, events, responsePlan.responses());
    }

    /** @return whether no later rule is asked */
    private boolean run(RulePass.Match match) {
        Rule rule = match.rule();
        String fault = match.fault();
        if (fault != null) {
            fail(match, RuleRun.Outcome.FAILED, fault, List.of(), true);
            return false;
        }
        if (received.depth() + 1 > config.depthMax()) {
            fail(
                    match,
                    RuleRun.Outcome.FAILED,
                    "more than " + config.depthMax() + " rules led to one another",
                    List.of(),
                    true);
            return false;
        }
        if (guards.recent(rule.id()).ran() >= config.runsPerConversationMax()) {
            String reason = "paused: ran " + config.runsPerConversationMax() + " times within "
                    + config.runsWindow().toMinutes() + " minutes in one conversation";
            // Told once, then only written down: a loop must not fill the topic as well.
            fail(
                    match,
                    RuleRun.Outcome.PAUSED,
                    reason,
                    List.of(),
                    guards.recent(rule.id()).paused() == 0);
            return false;
        }
        List<ActionOutcome> outcomes = new ArrayList<>();
        boolean stop = rule.stopProcessing();
        for (int i = 0; i < rule.actions().size(); i++) {
            outcomes.add(act(rule, rule.actions().get(i), i));
            stop |= rule.actions().get(i) instanceof Action.Stop;
        }
        if (!outcomes.isEmpty()
                && outcomes.stream().allMatch(outcome -> outcome.outcome().equals(FAILED))) {
            fail(match, RuleRun.Outcome.FAILED, "not one of its actions could be asked for", outcomes, true);
        } else {
            ran(match, outcomes);
        }
        return stop;
    }

    private ActionOutcome act(Rule rule, Action action, int place) {
        UUID id = EventIds.of("rule.action", rule.id(), received.event(), place);
        Origin origin = new Origin(Origin.Kind.RULE, rule.id(), received.event(), received.depth() + 1);
        if (action instanceof Action.Stop) {
            return outcome(action, OK, "");
        }
        if (action instanceof Action.SendResponse response) {
            return respond(rule, response, id, origin);
        }
        if (!asked.add(action)) {
            return outcome(action, SKIPPED, "asked for by an earlier action");
        }
        Commands.Target target = new Commands.Target(
                received.data().account(),
                received.data().organization(),
                received.message().id());
        Optional<MailCommand> command = Commands.of(action, id, target, origin);
        if (command.isEmpty()) {
            return outcome(action, FAILED, "not a command to a mailbox");
        }
        events.add(new CloudEvent<>(id, SOURCE, now, command.get()));
        return outcome(action, OK, "");
    }

    private ActionOutcome respond(Rule rule, Action.SendResponse response, UUID id, Origin origin) {
        Optional<String> refusal = responsePlan.refusal(rule.id());
        if (refusal.isPresent()) {
            return outcome(response, SKIPPED, refusal.get());
        }
        SendRequest.Requested request = responsePlan.answer(rule.id(), response, id, origin);
        events.add(new CloudEvent<>(id, SOURCE, now, request));
        return outcome(response, OK, "");
    }

    private void ran(RulePass.Match match, List<ActionOutcome> outcomes) {
        Rule rule = match.rule();
        runs.add(row(match, RuleRun.Outcome.RAN, "", outcomes));
        events.add(new CloudEvent<>(
                EventIds.of("rule.ran", rule.id(), received.event()),
                SOURCE,
                now,
                new RuleEvent.Ran(
                        rule.id(),
                        received.data().organization(),
                        received.data().account(),
                        received.message().id(),
                        received.message().conversation(),
                        rule.description(),
                        outcomes)));
    }

    private void fail(
            RulePass.Match match, RuleRun.Outcome outcome, String reason, List<ActionOutcome> outcomes, boolean tell) {
        Rule rule = match.rule();
        runs.add(row(match, outcome, reason, outcomes));
        if (tell) {
            events.add(new CloudEvent<>(
                    EventIds.of("rule.failed", rule.id(), received.event()),
                    SOURCE,
                    now,
                    new RuleEvent.Failed(
                            rule.id(),
                            received.data().organization(),
                            received.data().account(),
                            received.message().id(),
                            rule.description(),
                            reason)));
        }
    }

    private RuleRun row(RulePass.Match match, RuleRun.Outcome outcome, String reason, List<ActionOutcome> outcomes) {
        return new RuleRun(
                EventIds.of("rule.run", match.rule().id(), received.event()),
                match.rule().id(),
                received.event(),
                received.data().organization(),
                received.data().account(),
                received.message().id(),
                received.message().conversation(),
                outcome,
                reason,
                match.matched(),
                outcomes,
                match.micros(),
                now);
    }

    private static ActionOutcome outcome(Action action, String outcome, String reason) {
        return new ActionOutcome(action.type(), outcome, reason);
    }
}
