package dev.mailroom.sync.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a command ended, or that it has not ended yet. */
public sealed interface Outcome {
    /** @param result a stable word, for example {@code moved} or {@code already} */
    record Done(String result) implements Outcome {}

    /** @param reason a stable word; {@code detail} is for a person */
    record Failed(String reason, @Nullable String detail) implements Outcome {}

    /**
     * Not now; the session goes on with the other commands.
     *
     * @param counts whether it counts among the tries after which a command is given up
     */
    record Later(Duration delay, String why, boolean counts) implements Outcome {
        public Later(Duration delay, String why) {
            this(delay, why, true);
        }
    }

    Outcome ALREADY = new Done("already");
}
