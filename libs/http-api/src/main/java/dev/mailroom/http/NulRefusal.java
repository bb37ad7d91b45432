package dev.mailroom.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** No id, address or cursor has a NUL character, and PostgreSQL takes none in a text: refused before it gets anywhere. */
public class NulRefusal {
    private static final String NUL = "\u0000";

    @ServerRequestFilter
    public void refuse(ContainerRequestContext request) {
        request.getUriInfo().getQueryParameters().forEach((name, values) -> refuse(name, values));
        if (request.getUriInfo().getPath().contains(NUL)) {
            throw Problems.notFound("What has a NUL character in its address");
        }
    }

    private static void refuse(String name, List<String> values) {
        for (String value : values) {
            if (value.contains(NUL)) {
                throw Problems.invalid("?" + name, "must not have a NUL character");
            }
        }
    }
}
