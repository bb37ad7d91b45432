package dev.mailroom.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses a user who asks too often with a 429 that says when to come back.
 *
 * <p>Each user has a bucket for reads, one for writes, and one for writes to each path with a limit of its own. A bucket holds what is allowed
 * in a minute and fills evenly, so that a burst is fine and a flood is not. The counts are of one replica: with three replicas behind a
 * gateway a user may get three times as much.
 */
public class RateLimit {
    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** After this long a bucket is full again, and as good as a new one. */
    private static final Duration KEPT = WINDOW.multipliedBy(2);

    private final RateLimitConfig config;
    private final Caller caller;
    private final Cache<Key, Bucket> buckets;

    RateLimit(RateLimitConfig config, Caller caller) {
        this.config = config;
        this.caller = caller;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(config.usersMax())
                .expireAfterAccess(KEPT)
                .build();
    }

    private record Key(String user, String limit) {}

    @ServerRequestFilter
    public void limit(ContainerRequestContext request) {
        String user = caller.key();
        if (user == null || caller.is(Roles.SERVICE)) {
            return;
        }
        String method = request.getMethod();
        boolean read = method.equals("GET") || method.equals("HEAD");
        String path = request.getUriInfo().getPath();
        Integer own = read ? null : config.writesPerMinuteOf().get(path);
        int perMinute = own != null ? own : read ? config.readsPerMinute() : config.writesPerMinute();
        Key key = new Key(user, own != null ? path : read ? "reads" : "writes");
        ConsumptionProbe probe = buckets.get(key, _ -> bucket(perMinute)).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            Duration wait = Duration.ofNanos(probe.getNanosToWaitForRefill()).plusSeconds(1);
            throw Problems.tooManyRequests(
                    "At most " + perMinute + " of these requests a minute; try again in " + wait.toSeconds() + " s",
                    wait);
        }
    }

    private static Bucket bucket(int perMinute) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, WINDOW))
                .build();
    }
}
