package dev.mailroom.rules.rule;

import dev.mailroom.rules.action.Action;
import dev.mailroom.rules.condition.Condition;
import java.util.List;

/** What a person wants a rule to be, checked. */
record RuleDraft(
        String type,
        Scope scope,
        String description,
        int position,
        boolean enabled,
        boolean stopProcessing,
        Condition condition,
        List<Action> actions) {}
