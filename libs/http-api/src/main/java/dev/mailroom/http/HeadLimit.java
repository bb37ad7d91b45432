package dev.mailroom.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * How long the address of a request and its header may be, refused with a problem. The server itself reads four times as much, for what it
 * refuses it answers with a status alone: only beyond that, and for what is no HTTP, there is no problem.
 */
@Singleton
class HeadLimit {
    static final int ADDRESS_MAX_BYTES = 4 * 1024;

    static final int HEADER_MAX_BYTES = 16 * 1024;

    /** A colon, a space and the line's end. */
    private static final int BESIDE_NAME_AND_VALUE_BYTES = 4;

    /** Behind the headers of the answer, and before whoever reads the address. */
    private static final int EARLY = 9_500;

    void register(@Observes Filters filters) {
        filters.register(HeadLimit::refuse, EARLY);
    }

    private static void refuse(RoutingContext request) {
        if (request.request().uri().length() > ADDRESS_MAX_BYTES) {
            NothingHere.end(
                    request,
                    new ProblemException(
                            414,
                            "address-too-long",
                            "Address too long",
                            "The path and the query may have at most " + ADDRESS_MAX_BYTES + " bytes together"));
        } else if (bytesOfHeader(request) > HEADER_MAX_BYTES) {
            NothingHere.end(
                    request,
                    new ProblemException(
                            431,
                            "header-too-large",
                            "Header too large",
                            "The header may have at most " + HEADER_MAX_BYTES + " bytes"));
        } else {
            request.next();
        }
    }

    private static long bytesOfHeader(RoutingContext request) {
        long bytes = 0;
        for (Map.Entry<String, String> field : request.request().headers()) {
            bytes += field.getKey().length() + field.getValue().length() + BESIDE_NAME_AND_VALUE_BYTES;
        }
        return bytes;
    }
}
