package dev.mailroom.sync.ownership;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When the consumer group last answered, by a clock that no suspension or change of time can fool. Safe for many threads. */
final class Heartbeats {
    private final Duration sessionTimeout;
    private final LongSupplier nanos;
    private double answered = -1;
    private long heardAt;
    private boolean heard;

    Heartbeats(Duration sessionTimeout, LongSupplier nanos) {
        this.sessionTimeout = sessionTimeout;
        this.nanos = nanos;
    }

    /** True if the group answered within half its session timeout. */
    synchronized boolean areCurrent() {
        return heard && nanos.getAsLong() - heardAt < sessionTimeout.toNanos() / 2;
    }

    /** The group has just answered. */
    synchronized void heard() {
        heardAt = nanos.getAsLong();
        heard = true;
    }

    /** @param total heartbeats that were answered since the start; only a larger number than before is news */
    synchronized void observe(double total) {
        if (total > answered) {
            answered = total;
            heard();
        }
    }
}
