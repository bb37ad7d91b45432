package dev.mailroom.sync.connection;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** A token bucket for each host, so that a start or an outage does not become a storm of log-ins. Safe for many threads. */
final class LoginLimiter {
    /** Hosts that are remembered; when there are more, those that are full again are forgotten. */
    private static final int HOSTS_MAX = 10_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final int burst;
    private final LongSupplier nanos;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    LoginLimiter(double perSecond, int burst, LongSupplier nanos) {
        if (perSecond <= 0 || burst < 1) {
            throw new IllegalArgumentException("a limiter lets something through");
        }
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanos = nanos;
    }

    /** Reserves the next turn and says how long to wait for it. */
    Duration reserve(String host) {
        if (buckets.size() > HOSTS_MAX) {
            buckets.values().removeIf(bucket -> bucket.isFull(nanos.getAsLong()));
        }
        return buckets.computeIfAbsent(host, name -> new Bucket(nanos.getAsLong()))
                .reserve(nanos.getAsLong());
    }

    private final class Bucket {
        private double tokens = burst;
        private long at;

        private Bucket(long now) {
            this.at = now;
        }

        private synchronized Duration reserve(long now) {
            refill(now);
            tokens -= 1;
            return tokens >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-tokens / perSecond * NANOS_PER_SECOND));
        }

        private synchronized boolean isFull(long now) {
            refill(now);
            return tokens >= burst;
        }

        private void refill(long now) {
            tokens = Math.min(burst, tokens + (now - at) / NANOS_PER_SECOND * perSecond);
            at = now;
        }
    }
}
