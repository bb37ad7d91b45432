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
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What a message says: safe to be read, and raw messages and attachments, streamed from the provider. */
@Path("/v1/messages/{id}")
@Tag(name = "Messages")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class ContentResource {
    private static final Pattern PART = Pattern.compile("[1-9]\\d{0,5}(?:\\.[1-9]\\d{0,5}){0,30}");

    /** A message by itself, also one inside another. */
    private static final String MESSAGE_NAME = "message.eml";

    private static final String CUT =
            "Where the provider breaks off, the connection is cut (HTTP/2: the stream is reset): an answer that ends as it should is whole";

    private static final String GONE = "gone: the provider does not have the message any more";
    private static final String AWAY =
            "unavailable: the provider does not answer, or the message may be on its way to another mailbox; Retry-After says when to come back";

    private static final int PART_MAX_CHARS = 90;

    /** For reading a message once more to see what it consists of; the time is mostly the provider's. */
    private static final Duration STRUCTURE_MAX = Duration.ofMinutes(2);

    private final MessageParser reader =
            new MessageParser(ParseLimits.defaults().withDeadline(STRUCTURE_MAX));
    private final MessageQueries messages;
    private final ProviderContent content;
    private final Caller caller;

    @Inject
    ContentResource(MessageQueries messages, ProviderContent content, Caller caller) {
        this.messages = messages;
        this.content = content;
        this.caller = caller;
    }

    /** The text of the message, ready to be shown; read from the provider for each call. */
    @GET
    @Path("/content")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The text of the message as safe HTML; images from elsewhere only if they are asked for")
    @APIResponse(
            responseCode = "200",
            description = "The text",
            content = @Content(schema = @Schema(implementation = ContentView.class)))
    @APIResponse(responseCode = "410", description = GONE)
    @APIResponse(responseCode = "503", description = AWAY)
    public ContentView content(
            @PathParam("id") UUID id,
            @QueryParam("remote_images") boolean remoteImages,
            @Context RoutingContext request)
            throws InterruptedException {
        MessageView view = message(id);
        try (ProviderMessage open = open(id, request)) {
            MimePart structure = view.structure() == null ? open.structure(reader) : view.structure();
            if (structure == null) {
                throw Problems.unprocessable(
                        "not-readable", "The message cannot be shown; its raw bytes can be fetched");
            }
            return new ShownContent(id, structure).read(open, remoteImages, view.body());
        } catch (IOException | UncheckedIOException broken) {
            throw Problems.unavailable("The provider broke off, or the message is too large to be shown");
        }
    }

    /** The whole message as the provider has it. */
    @GET
    @Path("/raw")
    @Operation(summary = "The whole message (RFC 5322), streamed from the provider", description = CUT)
    @APIResponse(responseCode = "200", description = "The bytes")
    @APIResponse(responseCode = "410", description = GONE)
    @APIResponse(responseCode = "503", description = AWAY)
    public Response raw(@PathParam("id") UUID id, @Context RoutingContext request) throws InterruptedException {
        ProviderMessage open = open(id, request);
        return bytes(
                new Download(open, open::writeRaw, cutting(request)),
                "message/rfc822",
                FileName.disposition("attachment", MESSAGE_NAME));
    }

    /**
     * One attachment, decoded. A browser is told to keep it and not to guess what it is; only a picture is shown, and only if it is asked
     * for.
     */
    @GET
    @Path("/attachments/{part}")
    @Operation(summary = "One attachment, decoded, streamed from the provider", description = CUT)
    @APIResponse(responseCode = "200", description = "The bytes")
    @APIResponse(responseCode = "410", description = GONE)
    @APIResponse(responseCode = "503", description = AWAY)
    public Response attachment(
            @PathParam("id") UUID id,
            @PathParam("part") String part,
            @QueryParam("inline") boolean inline,
            @Context RoutingContext request)
            throws InterruptedException {
        MessageView view = message(id);
        MimePart structure = view.structure();
        Optional<MimePart> known = structure == null ? Optional.empty() : structure.find(part);
        Optional<MessageView.AttachmentView> listed = view.attachments().stream()
                .filter(candidate -> candidate.id().equals(part))
                .findFirst();
        // Of a message whose structure was never read the provider knows the parts.
        if (part.length() > PART_MAX_CHARS
                || !PART.matcher(part).matches()
                || structure != null && known.isEmpty() && listed.isEmpty()) {
            throw Problems.notFound("The attachment");
        }
        @Nullable
        String name = listed.map(MessageView.AttachmentView::filename)
                .or(() -> known.map(MimePart::filename))
                .orElse(null);
        @Nullable String encoding = known.map(MimePart::encoding).orElse(null);
        String type = known.map(MimePart::mediaType).orElse("");
        if (name == null && type.equals("message/rfc822")) {
            name = MESSAGE_NAME;
        }
        boolean shown = inline && ShownContent.PICTURES.contains(type);
        ProviderMessage open = open(id, request);
        return bytes(
                new Download(open, client -> open.writePart(part, encoding, client), cutting(request)),
                shown ? type : MediaType.APPLICATION_OCTET_STREAM,
                FileName.disposition(shown ? "inline" : "attachment", name));
    }

    /** Bytes of a stranger: nothing in them runs, whatever a browser takes them for. */
    private static Response bytes(StreamingOutput body, String type, String disposition) {
        return Response.ok(body, type)
                .header("Content-Disposition", disposition)
                // A part is decoded on its way and its size not known: it comes whole (RFC 9110, 14.3).
                .header("Accept-Ranges", "none")
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "default-src 'none'; sandbox")
                .build();
    }

    private MessageView message(UUID id) {
        return messages.find(Viewer.of(caller), id).orElseThrow(() -> Problems.notFound("The message"));
    }

    private static Runnable cutting(RoutingContext request) {
        return new ClientConnection(request.request())::cut;
    }

    /** Opens the message until it is read, or until the request ends before: after HEAD, or if the client went away. */
    private ProviderMessage open(UUID id, RoutingContext request) throws InterruptedException {
        ProviderMessage open = content.open(Viewer.of(caller), id);
        open.whenGivenUp(cutting(request));
        // Giving up closes a socket: not on the event loop.
        request.addEndHandler(ended -> Thread.ofVirtual().start(open::abandon));
        if (request.response().closed()) {
            open.abandon();
        }
        return open;
    }
}
