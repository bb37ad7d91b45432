package dev.mailroom.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The headers that every answer carries: the id of the request, and for the API that nobody keeps, frames or guesses at it. A resource
 * that says otherwise is left alone.
 *
 * <p>A client may name the request with {@value #REQUEST_ID}; anything but 1..{@value #REQUEST_ID_MAX_CHARACTERS} letters, digits and
 * {@code . _ -} is replaced.
 */
@ApplicationScoped
class AnswerHeaders {
    static final String REQUEST_ID = "X-Request-Id";
    static final int REQUEST_ID_MAX_CHARACTERS = 64;

    private static final String API = "/v1/";
    private static final int FIRST = 10_000;

    void register(@Observes Filters filters) {
        filters.register(AnswerHeaders::prepare, FIRST);
    }

    /** The id of a request that came through {@link #prepare}; null outside of one. */
    static @Nullable String requestId(@Nullable RoutingContext request) {
        return request == null ? null : request.get(REQUEST_ID);
    }

    private static void prepare(RoutingContext request) {
        String given = request.request().getHeader(REQUEST_ID);
        String id = isUsable(given) ? given : UUID.randomUUID().toString();
        request.put(REQUEST_ID, id);
        MultiMap headers = request.response().headers();
        headers.set(REQUEST_ID, id);
        headers.set("X-Content-Type-Options", "nosniff");
        if (request.request().path() != null && request.request().path().startsWith(API)) {
            request.addHeadersEndHandler(_ -> closeApi(headers));
        }
        request.next();
    }

    private static void closeApi(MultiMap headers) {
        setIfAbsent(headers, "Cache-Control", "no-store");
        setIfAbsent(headers, "X-Frame-Options", "DENY");
        setIfAbsent(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        setIfAbsent(headers, "Referrer-Policy", "no-referrer");
    }

    private static void setIfAbsent(MultiMap headers, String name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        }
    }

    private static boolean isUsable(@Nullable String id) {
        return id != null
                && !id.isEmpty()
                && id.length() <= REQUEST_ID_MAX_CHARACTERS
                && id.chars()
                        .allMatch(c -> c < 0x7f && (Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_'));
    }
}
