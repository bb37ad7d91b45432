package dev.mailroom.rules.rule;

import dev.mailroom.http.Problems;
import dev.mailroom.rules.action.Action;
import dev.mailroom.rules.action.ActionReader;
import dev.mailroom.rules.condition.Condition;
import dev.mailroom.rules.condition.ConditionReader;
import dev.mailroom.rules.condition.Faults;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks a rule as it is sent. Pure. */
final class RuleReader {
    private static final Set<String> LATER = Set.of(
            "outgoing_email",
            "new_comment",
            "label_change",
            "conversation_closed",
            "conversation_reopened",
            "assignee_change",
            "team_change");

    private RuleReader() {}

    /**
     * @throws dev.mailroom.http.ProblemException 400 with every fault and its pointer; 422 for what is not available
     */
    static RuleDraft read(@Nullable RuleBody body) {
        if (body == null) {
            throw Problems.invalid("", "must be a rule");
        }
        if (body.type() != null && LATER.contains(body.type())) {
            throw Problems.unprocessable(
                    "rule-type-unavailable",
                    "Rules of type " + body.type() + " are not available; available: " + Rule.INCOMING_EMAIL);
        }
        if (body.timing() != null && !body.timing().isNull()) {
            throw Problems.unprocessable(
                    "rule-timing-unavailable", "Rules with timing are not available; leave timing out or null");
        }
        Faults faults = new Faults();
        if (!Rule.INCOMING_EMAIL.equals(body.type())) {
            faults.add("/type", "must be " + Rule.INCOMING_EMAIL);
        }
        String description = description(body.description(), faults);
        Optional<Scope> scope = Optional.ofNullable(body.scope()).flatMap(Scope::of);
        if (scope.isEmpty()) {
            faults.add("/scope", "must be personal or organization");
        }
        int position = body.position() == null ? 0 : body.position();
        if (position < 0 || position > Rule.POSITION_MAX) {
            faults.add("/position", "must be a number from 0 to " + Rule.POSITION_MAX);
        }
        Condition condition = ConditionReader.read(body.condition(), "/condition", faults);
        List<Action> actions = ActionReader.read(body.actions(), "/actions", faults);
        if (!faults.isEmpty()) {
            throw Problems.invalid(faults.list());
        }
        return new RuleDraft(
                Rule.INCOMING_EMAIL,
                scope.orElseThrow(),
                description,
                position,
                body.enabled() == null || body.enabled(),
                body.stopProcessing() != null && body.stopProcessing(),
                condition,
                actions);
    }

    private static String description(@Nullable String description, Faults faults) {
        String text = description == null ? "" : description.strip();
        if (text.isEmpty() || text.length() > Rule.DESCRIPTION_MAX_CHARACTERS) {
            faults.add("/description", "must have 1 to " + Rule.DESCRIPTION_MAX_CHARACTERS + " characters");
        } else if (text.chars().anyMatch(Character::isISOControl)) {
            faults.add("/description", "must be one line without control characters");
        }
        return text;
    }
}
