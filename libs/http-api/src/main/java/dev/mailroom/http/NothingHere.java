package dev.mailroom.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Answers in problems where no resource does: an address that nobody has, and one that cannot be decoded. An address with an empty segment
 * is nobody's: the router would take it for another one, which whoever guards paths in front of it may not.
 */
@Singleton
class NothingHere {
    private static final int FIRST = 9_000;

    void refuse(@Observes Filters filters) {
        filters.register(NothingHere::refuseEmptySegment, FIRST);
    }

    private static void refuseEmptySegment(RoutingContext request) {
        String path = request.request().path();
        if (path != null && path.contains("//")) {
            end(request, ProblemMappers.ofStatus(404));
        } else {
            request.next();
        }
    }

    void register(@Observes Router router) {
        router.route().last().handler(request -> end(request, ProblemMappers.ofStatus(404)));
        router.errorHandler(400, request -> end(request, ProblemMappers.ofStatus(400)));
    }

    static void end(RoutingContext request, ProblemException problem) {
        if (request.response().ended() || request.response().headWritten()) {
            return;
        }
        request.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemMappers.MEDIA_TYPE)
                .end(new JsonObject(problem.body()).toBuffer());
    }
}
