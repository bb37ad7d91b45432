package dev.mailroom.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses a user who asks too often with a 429 that says when to come back.
 *
 * <p>Each user has a bucket for reads, one for writes, and one for writes to each path with a limit of its own. The path is that of the
 * resource which the request was routed to, so that another way of writing it is no way around the limit. A bucket holds what is allowed
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
    private final Map<Method, String> paths = new ConcurrentHashMap<>();

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
    public void limit(ContainerRequestContext request, ResourceInfo routed) {
        String user = caller.key();
        if (user == null || caller.is(Roles.SERVICE)) {
            return;
        }
        String method = request.getMethod();
        boolean read = method.equals("GET") || method.equals("HEAD");
        String path = paths.computeIfAbsent(
                routed.getResourceMethod(), resourceMethod -> path(routed.getResourceClass(), resourceMethod));
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

    /** As it stands at the class and the method: with a slash in front and none behind. */
    private static String path(Class<?> resource, Method method) {
        return Stream.of(resource.getAnnotation(Path.class), method.getAnnotation(Path.class))
                .filter(Objects::nonNull)
                .flatMap(path -> Arrays.stream(path.value().split("/")))
                .filter(part -> !part.isEmpty())
                .map(part -> "/" + part)
                .collect(Collectors.joining());
    }

    private static Bucket bucket(int perMinute) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, WINDOW))
                .build();
    }
}
