package dev.mailroom.sync.session;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits that grow by half each time, with full jitter: anything between the shortest and the current bound. */
record Backoff(Duration min, Duration max, RandomGenerator random) {
    private static final double GROWTH = 1.5;

    Backoff {
        if (!min.isPositive() || max.compareTo(min) < 0) {
            throw new IllegalArgumentException("back-off from " + min + " to " + max);
        }
    }

    /** @param attempt 1 for the first failure since the last success */
    Duration delay(int attempt) {
        double bound = Math.min(max.toMillis(), min.toMillis() * 2 * Math.pow(GROWTH, Math.max(0, attempt - 1)));
        long spread = Math.max(1, (long) bound - min.toMillis() + 1);
        return Duration.ofMillis(min.toMillis() + random.nextLong(spread));
    }
}
