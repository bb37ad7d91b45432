package dev.mailroom.http;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How large the body of a request may be, path by path, refused with a problem before a byte of it is read.
 *
 * <p>A body without a Content-Length is counted while it is read, by {@link BodyCount}.
 */
@Singleton
public class BodyLimit {
    /** Before and behind Quarkus' own check of its one limit for all paths (order -2). */
    private static final int BEFORE_QUARKUS = 3;

    private static final int BEHIND_QUARKUS = 1;

    /** Where {@link BodyCount} finds what a body without a length may have. */
    static final String COUNTED_LIMIT_BYTES = "mailroom.counted-limit-bytes";

    private final long max;
    private final Map<String, Long> maxOf;

    BodyLimit(BodyLimitConfig config) {
        this.max = config.bodyMax().asLongValue();
        this.maxOf = config.bodyMaxOf().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().asLongValue()));
    }

    void register(@Observes Filters filters) {
        filters.register(this::refuseAnnounced, BEFORE_QUARKUS);
        filters.register(this::limitCounted, BEHIND_QUARKUS);
    }

    private void refuseAnnounced(RoutingContext request) {
        String announced = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        long limit = limitOf(request);
        if (announced == null || isAtMost(announced, limit)) {
            request.next();
            return;
        }
        ProblemException problem = tooLarge(limit);
        request.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end(new JsonObject(problem.body()).toBuffer())
                .onComplete(written -> request.request().connection().close());
    }

    /** The counting is ours: Quarkus' own would answer without a problem. */
    private void limitCounted(RoutingContext request) {
        if (request.request().getHeader(HttpHeaders.CONTENT_LENGTH) == null) {
            request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, Long.MAX_VALUE);
            request.put(COUNTED_LIMIT_BYTES, limitOf(request));
        }
        request.next();
    }

    private long limitOf(RoutingContext request) {
        // Without the slashes behind it: they lead to the same resource.
        String path = request.normalizedPath().replaceFirst("(?<=.)/+$", "");
        return maxOf.getOrDefault(path, max);
    }

    private static boolean isAtMost(String contentLength, long limit) {
        try {
            return Long.parseLong(contentLength) <= limit;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** 413: what a larger body is answered with. */
    public static ProblemException tooLarge(long limitBytes) {
        return new ProblemException(
                413, "too-large", "Too large", "The body may have at most " + limitBytes + " bytes");
    }
}
