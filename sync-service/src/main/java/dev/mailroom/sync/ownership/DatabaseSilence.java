package dev.mailroom.sync.ownership;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long PostgreSQL has not answered this replica, by a clock that no suspension or change of time can fool, and what the group was
 * told of it. Safe for many threads.
 *
 * <p>Silence counts after half of the longest one, and is worth a rebalance after all of it: when one replica asks for a rebalance,
 * others that have the same trouble know it already and are given nothing. That it is over is told when it was over for as long: so an
 * outage that ends for all of them, a moment earlier here than there, moves nothing.
 */
final class DatabaseSilence {
    private final long maxNanos;
    private final LongSupplier answeredAt;
    private final LongSupplier nanos;
    private long heardAt;
    private long heardSince;
    private boolean watched;
    private boolean answered;
    private boolean told;

    /**
     * @param answeredAt when PostgreSQL last answered, by the clock {@code nanos}; asked for whatever is asked here, because the last time may be
     *     some time ago
     */
    DatabaseSilence(Duration max, LongSupplier answeredAt, LongSupplier nanos) {
        this.maxNanos = max.toNanos();
        this.answeredAt = answeredAt;
        this.nanos = nanos;
    }

    /** From now on PostgreSQL is asked something now and then: what was before the first time is no silence. */
    synchronized void watched() {
        if (!watched) {
            watched = true;
            heardAt = nanos.getAsLong();
            heardSince = heardAt;
        }
    }

    /** Nothing changes if it was known; what was before the first look is no answer to it. */
    private void hear() {
        if (!watched) {
            return;
        }
        long atNanos = answeredAt.getAsLong();
        if (atNanos - heardAt >= maxNanos / 2) {
            heardSince = atNanos;
        }
        if (atNanos > heardAt) {
            heardAt = atNanos;
            answered = true;
        }
    }

    synchronized boolean lasts() {
        hear();
        // The first connection takes its time.
        return watched && nanos.getAsLong() - heardAt >= (answered ? maxNanos / 2 : maxNanos);
    }

    /** What the group is told now. */
    synchronized boolean tell() {
        told = lasts();
        return told;
    }

    /** Whether the group should be told something else than it was. */
    synchronized boolean isNews() {
        hear();
        long now = nanos.getAsLong();
        return told ? !lasts() && now - heardSince >= maxNanos : watched && now - heardAt >= maxNanos;
    }
}
