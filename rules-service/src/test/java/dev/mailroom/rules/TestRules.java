package dev.mailroom.rules;

import dev.mailroom.rules.action.Action;
import dev.mailroom.rules.condition.Condition;
import dev.mailroom.rules.rule.Rule;
import dev.mailroom.rules.rule.Scope;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Rules for tests of what is pure. */
public final class TestRules {
    private TestRules() {}

    public static Rule rule(Condition condition, Action... actions) {
        return rule(condition, false, actions);
    }

    public static Rule rule(Condition condition, boolean stopProcessing, Action... actions) {
        return new Rule(
                UUID.randomUUID(),
                UUID.randomUUID(),
                Scope.PERSONAL,
                UUID.randomUUID(),
                Rule.INCOMING_EMAIL,
                "A rule",
                0,
                true,
                stopProcessing,
                condition,
                actions.length == 0 ? List.of(new Action.OnMessage(Action.Simple.MARK_READ)) : List.of(actions),
                null,
                1,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}
