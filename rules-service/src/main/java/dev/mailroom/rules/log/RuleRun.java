package dev.mailroom.rules.log;

import dev.mailroom.contracts.RuleEvent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A rule that matched a message, and what came of it.
 *
 * @param matched JSON pointers of the conditions that were true
 * @param reason why it failed or was paused, else empty
 * @param durationMicros time its conditions took
 */
public record RuleRun(
        UUID id,
        UUID rule,
        UUID event,
        UUID organization,
        UUID account,
        UUID message,
        UUID conversation,
        Outcome outcome,
        String reason,
        List<String> matched,
        List<RuleEvent.ActionOutcome> actions,
        long durationMicros,
        Instant at) {

    /** How a run ended. */
    public enum Outcome {
        /** Its actions were asked for; each has an outcome of its own. */
        RAN,
        /** Not one of its actions could be asked for, or its conditions could not be decided. */
        FAILED,
        /** It ran too often in one conversation and was left out. */
        PAUSED;

        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public RuleRun {
        matched = List.copyOf(matched);
        actions = List.copyOf(actions);
    }
}
