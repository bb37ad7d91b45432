package dev.mailroom.sync.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a command ended, or that it has not ended yet. */
public sealed interface Outcome {
    /** @param result a stable word, for example {@code moved} or {@code already} */
    record Done(String result) implements Outcome {}

    /** @param reason a stable word; {@code detail} is for a person */
    record Failed(String reason, @Nullable String detail) implements Outcome {}

    /** Not now; the session goes on with the other commands. */
    record Later(Duration delay, String why) implements Outcome {}

    Outcome ALREADY = new Done("already");
}
