package dev.mailroom.sync.connection;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.DoubleSupplier;

/**
 * A token bucket with a line of those that wait, as two counters: turns that have come due, and turns that were given. Who has a number
 * may go when so many have come due, so that a line which becomes faster, or from which somebody goes, is shorter for all behind him.
 *
 * <p>Not safe for threads: {@link LoginLimiter} locks.
 */
final class LoginLine {
    /** The least of its pace that a host is left with. */
    static final double SLOWEST = 1.0 / 32;

    /** Accounts that a host refuses before it counts as the host's word: what it says to fewer is theirs to mend. */
    static final int REFUSED_ACCOUNTS_MIN = 3;

    /** Time within which it refuses them. */
    static final Duration REFUSED_WITHIN = Duration.ofMinutes(1);

    /** After so long without a refusal that counts, the pace is doubled, again and again. */
    static final Duration RECOVERY = Duration.ofMinutes(1);

    private static final double SLOW_DOWN = 0.5;
    private static final double SPEED_UP = 1.05;
    private static final double RECOVER = 2;
    private static final double NANOS_PER_SECOND = 1e9;

    private final DoubleSupplier fullRate;
    private final DoubleSupplier burst;
    private final Map<UUID, Long> refusedAt = new HashMap<>();
    private double pace = 1;
    private double due;
    private double given;
    private long at;
    private long quietSince;

    /**
     * A line in which nobody waits.
     *
     * @param fullRate turns in a second at the full pace
     * @param burst turns at once after a quiet time
     */
    LoginLine(DoubleSupplier fullRate, DoubleSupplier burst, long now) {
        this.fullRate = fullRate;
        this.burst = burst;
        this.due = burst.getAsDouble();
        this.at = now;
        this.quietSince = now;
    }

    /** The next number. */
    double take(long now) {
        refill(now);
        given += 1;
        return given;
    }

    /** How long it is until that number may go; zero or more. */
    Duration left(double number, long now) {
        refill(now);
        double missing = number - due;
        return missing <= 0 ? Duration.ZERO : Duration.ofNanos((long) (missing / rate() * NANOS_PER_SECOND));
    }

    /** Turns that are not needed, or are used up by somebody who does not stand in this line if negative. */
    void add(double turns) {
        due += turns;
    }

    boolean isFree(long now) {
        refill(now);
        return due - given >= 1;
    }

    boolean isFull(long now) {
        refill(now);
        return due - given >= burst.getAsDouble() && pace >= 1;
    }

    double rate() {
        return fullRate.getAsDouble() * pace;
    }

    /** The host said to this account that there are too many of us. */
    void refused(UUID account, long now) {
        refill(now);
        refusedAt.values().removeIf(then -> now - then > REFUSED_WITHIN.toNanos());
        refusedAt.put(account, now);
        if (refusedAt.size() >= REFUSED_ACCOUNTS_MIN) {
            refusedAt.clear();
            quietSince = now;
            pace = Math.max(pace * SLOW_DOWN, SLOWEST);
        }
    }

    /** The host let somebody in. */
    void accepted(long now) {
        refill(now);
        pace = Math.min(pace * SPEED_UP, 1);
    }

    private void refill(long now) {
        while (pace < 1 && now - quietSince >= RECOVERY.toNanos()) {
            quietSince += RECOVERY.toNanos();
            refillUntil(quietSince);
            pace = Math.min(pace * RECOVER, 1);
        }
        refillUntil(now);
    }

    private void refillUntil(long then) {
        // Several threads ask: one that saw an earlier time changes nothing.
        long passed = Math.max(0, then - at);
        due = Math.min(given + burst.getAsDouble(), due + passed / NANOS_PER_SECOND * rate());
        at = Math.max(at, then);
    }
}
