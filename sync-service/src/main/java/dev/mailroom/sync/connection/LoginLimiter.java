package dev.mailroom.sync.connection;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * A token bucket for each host, so that a start, a hand-over or an outage does not become a storm of log-ins. Safe for many threads.
 *
 * <p>The pace holds for all replicas together: each takes the part of it that it has of the accounts. A host that refuses us because
 * there are too many gets half of the pace, again and again down to {@link #SLOWEST}; each log-in that succeeds gives a little back.
 */
final class LoginLimiter {
    /** The least of its pace that a host is left with. */
    static final double SLOWEST = 1.0 / 32;

    /** Hosts that are remembered; when there are more, those that are full again are forgotten. */
    private static final int HOSTS_MAX = 10_000;

    /** A replica that has next to nothing can still log in. */
    private static final double SHARE_MIN = 1.0 / 64;

    private static final double SLOW_DOWN = 0.5;
    private static final double SPEED_UP = 1.05;
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final int burst;
    private final DoubleSupplier share;
    private final LongSupplier nanos;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /**
     * A limiter.
     *
     * @param perSecond log-ins to one host from all replicas
     * @param burst log-ins at once after a quiet time
     * @param share of all accounts that are this replica's, 0 to 1
     */
    LoginLimiter(double perSecond, int burst, DoubleSupplier share, LongSupplier nanos) {
        if (perSecond <= 0 || burst < 1) {
            throw new IllegalArgumentException("a limiter lets something through");
        }
        this.perSecond = perSecond;
        this.burst = burst;
        this.share = share;
        this.nanos = nanos;
    }

    /** Reserves the next turn and says how long to wait for it. */
    Duration reserve(String host) {
        if (buckets.size() > HOSTS_MAX) {
            buckets.values().removeIf(bucket -> bucket.isFull(nanos.getAsLong()));
        }
        return bucket(host).reserve(nanos.getAsLong());
    }

    /** A reserved turn is not needed: those behind it move up. */
    void giveBack(String host) {
        bucket(host).giveBack();
    }

    /** The host said that there are too many of us. */
    void refused(String host) {
        bucket(host).paceBy(SLOW_DOWN);
    }

    /** The host let us in. */
    void accepted(String host) {
        bucket(host).paceBy(SPEED_UP);
    }

    private Bucket bucket(String host) {
        return buckets.computeIfAbsent(host, name -> new Bucket(nanos.getAsLong()));
    }

    private double shareNow() {
        return Math.clamp(share.getAsDouble(), SHARE_MIN, 1);
    }

    private final class Bucket {
        private double tokens = burstNow();
        private double pace = 1;
        private long at;

        private Bucket(long now) {
            this.at = now;
        }

        private synchronized Duration reserve(long now) {
            refill(now);
            tokens -= 1;
            return tokens >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-tokens / rate() * NANOS_PER_SECOND));
        }

        private synchronized void giveBack() {
            tokens += 1;
        }

        private synchronized void paceBy(double factor) {
            pace = Math.clamp(pace * factor, SLOWEST, 1);
        }

        private synchronized boolean isFull(long now) {
            refill(now);
            return tokens >= burstNow() && pace >= 1;
        }

        private void refill(long now) {
            tokens = Math.min(burstNow(), tokens + (now - at) / NANOS_PER_SECOND * rate());
            at = now;
        }

        private double rate() {
            return perSecond * pace * shareNow();
        }

        private double burstNow() {
            return Math.max(1, burst * shareNow());
        }
    }
}
