package dev.mailroom.sync.message;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.sync.access.Viewer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Raw messages and attachments, streamed from the provider. */
@Path("/v1/messages/{id}")
@Tag(name = "Messages")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class ContentResource {
    private final MessageQueries messages;
    private final ProviderContent content;
    private final Caller caller;

    @Inject
    ContentResource(MessageQueries messages, ProviderContent content, Caller caller) {
        this.messages = messages;
        this.content = content;
        this.caller = caller;
    }

    /** The whole message as the provider has it. */
    @GET
    @Path("/raw")
    @Operation(summary = "The whole message (RFC 5322), streamed from the provider")
    public Response raw(@PathParam("id") UUID id, @Context RoutingContext request) throws InterruptedException {
        ProviderContent.Open open = open(id, request);
        StreamingOutput body = out -> {
            try (open) {
                open.writeRaw(out);
            }
        };
        return Response.ok(body, "message/rfc822")
                .header("Content-Disposition", "attachment; filename=\"message.eml\"")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    /** One attachment, decoded. Never shown inline: whoever fetches it decides what to do with it. */
    @GET
    @Path("/attachments/{part}")
    @Operation(summary = "One attachment, decoded, streamed from the provider")
    public Response attachment(
            @PathParam("id") UUID id, @PathParam("part") String part, @Context RoutingContext request)
            throws InterruptedException {
        MessageView.AttachmentView attachment =
                messages
                        .find(Viewer.of(caller), id)
                        .orElseThrow(() -> Problems.notFound("The message"))
                        .attachments()
                        .stream()
                        .filter(candidate -> candidate.id().equals(part))
                        .findFirst()
                        .orElseThrow(() -> Problems.notFound("The attachment"));
        ProviderContent.Open open = open(id, request);
        StreamingOutput body = out -> {
            try (open) {
                open.writePart(part, out);
            }
        };
        String name = attachment.filename() == null ? "attachment" : attachment.filename();
        return Response.ok(body, "application/octet-stream")
                .header("Content-Disposition", "attachment; filename*=UTF-8''" + encoded(name))
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    /** Opens the message until it is written, or until the request ends unwritten: after HEAD, or if the client went away. */
    private ProviderContent.Open open(UUID id, RoutingContext request) throws InterruptedException {
        ProviderContent.Open open = content.open(Viewer.of(caller), id);
        // Closing waits for the server: not on the event loop.
        request.addEndHandler(ended -> Thread.ofVirtual().start(open::close));
        if (request.response().closed()) {
            open.close();
        }
        return open;
    }

    /** RFC 5987: everything that is not a letter or a digit is escaped. */
    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }
}
