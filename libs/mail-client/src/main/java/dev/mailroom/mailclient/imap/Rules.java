package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Stage;
import java.time.Duration;

/**
 * What one command may cost.
 *
 * @param stage named in its failures
 * @param answerMaxBytes one answer with its literals
 * @param linesMax answers in all
 * @param deadline for the whole of it; each byte received adds 20 µs (50 KB/s)
 * @param silence longest pause between two bytes
 */
record Rules(Stage stage, int answerMaxBytes, long linesMax, Duration deadline, Duration silence) {
    /** A transfer at this speed is slow, but not stuck: 50 KB/s. */
    private static final long NANOS_PER_BYTE = 20_000;

    Rules at(Stage other) {
        return new Rules(other, answerMaxBytes, linesMax, deadline, silence);
    }

    Rules answer(int maxBytes) {
        return new Rules(stage, maxBytes, linesMax, deadline, silence);
    }

    Rules lines(long max) {
        return new Rules(stage, answerMaxBytes, max, deadline, silence);
    }

    /** More time for bytes that are going to be sent or received in one piece. */
    Rules transfer(long bytes) {
        return new Rules(stage, answerMaxBytes, linesMax, deadline.plus(allowance(bytes)), silence);
    }

    static Duration allowance(long bytes) {
        return Duration.ofNanos(bytes * NANOS_PER_BYTE);
    }
}
