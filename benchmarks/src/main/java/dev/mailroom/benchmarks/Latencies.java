package dev.mailroom.benchmarks;

import java.util.Arrays;

/** Measured times, to be asked for percentiles. */
final class Latencies {
    private final long[] sortedNanos;

    /** @param nanos at least one */
    Latencies(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        sortedNanos = nanos.clone();
        Arrays.sort(sortedNanos);
    }

    int count() {
        return sortedNanos.length;
    }

    /**
     * The smallest measured time that so many of the times do not exceed (nearest rank).
     *
     * @param share more than 0, at most 1
     */
    double millisAt(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be in (0, 1]");
        }
        int rank = (int) Math.ceil(share * sortedNanos.length);
        return sortedNanos[rank - 1] / 1e6;
    }
}
