package dev.mailroom.rules.rule;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.http.FieldError;
import dev.mailroom.rules.action.ActionWriter;
import dev.mailroom.rules.condition.Advice;
import dev.mailroom.rules.condition.ConditionWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A rule as it is answered.
 *
 * @param state {@code ok}, {@code disabled}, or {@code broken}: then it never matches, and {@code problems} says why
 * @param warnings what is allowed and probably not meant
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record RuleView(
        UUID id,
        String description,
        String type,
        String scope,
        UUID owner,
        int position,
        boolean enabled,
        boolean stopProcessing,
        JsonNode condition,
        @Nullable JsonNode timing,
        JsonNode actions,
        String state,
        List<String> problems,
        List<FieldError> warnings,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    static RuleView of(Rules.Shown shown) {
        Rule rule = shown.rule();
        List<String> problems = new ArrayList<>();
        String fault = rule.fault();
        if (fault != null) {
            problems.add(fault);
        }
        shown.missing().stream().sorted().forEach(account -> problems.add("account " + account + " does not exist"));
        String state = !problems.isEmpty() ? "broken" : rule.enabled() ? "ok" : "disabled";
        return new RuleView(
                rule.id(),
                rule.description(),
                rule.type(),
                rule.scope().json(),
                rule.owner(),
                rule.position(),
                rule.enabled(),
                rule.stopProcessing(),
                ConditionWriter.write(rule.condition()),
                null,
                ActionWriter.write(rule.actions()),
                state,
                problems,
                warnings(shown),
                rule.version(),
                rule.createdAt(),
                rule.updatedAt());
    }

    private static List<FieldError> warnings(Rules.Shown shown) {
        List<FieldError> warnings = new ArrayList<>(Advice.on(shown.rule().condition(), "/condition"));
        String why = shown.rule().scope() == Scope.ORGANIZATION
                ? " is not shared: only personal rules of its owner see its mail"
                : " is shared or somebody else's: this personal rule does not see its mail";
        shown.unseen().stream()
                .sorted()
                .forEach(account -> warnings.add(new FieldError("/scope", "account " + account + why)));
        return warnings;
    }
}
