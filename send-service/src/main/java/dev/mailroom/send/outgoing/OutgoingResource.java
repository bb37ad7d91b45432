package dev.mailroom.send.outgoing;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mailroom.http.Caller;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Ids;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.send.account.Viewer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Outgoing mail over HTTP. Translates, decides nothing. */
@Path("/v1/outgoing")
@Tag(name = "Outgoing", description = "Mail that is to be sent, is being sent, or was sent")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class OutgoingResource {
    private final Outgoings outgoings;
    private final Caller caller;

    OutgoingResource(Outgoings outgoings, Caller caller) {
        this.outgoings = outgoings;
        this.caller = caller;
    }

    /** What a person decides. */
    public record ResolveRequest(@Nullable ResolveDecision decision) {}

    /** The decisions there are. */
    public enum ResolveDecision {
        @JsonProperty("resend")
        RESEND,
        @JsonProperty("treat_as_sent")
        TREAT_AS_SENT
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Sends a message, now or later")
    @APIResponse(
            responseCode = "202",
            description = "Taken; what becomes of it is told by its state and by send.events",
            content = @Content(schema = @Schema(implementation = OutgoingView.class)))
    @APIResponse(responseCode = "400", description = "invalid-input: every fault with its JSON pointer")
    @APIResponse(
            responseCode = "403",
            description = "may-not-send-as: the alias is not for the caller, names /from/address")
    @APIResponse(
            responseCode = "409",
            description = "idempotency-key-reused: the caller sent another request with this key")
    @APIResponse(
            responseCode = "503",
            description = "reply-address-unknown: a reply without from while sync-service is away; name the sender")
    public Response submit(OutgoingRequest request, @HeaderParam(IdempotencyKey.HEADER) @Nullable String key) {
        if (request == null) {
            throw Problems.invalid("", "there must be a body");
        }
        String idempotencyKey =
                IdempotencyKey.of(key).map(IdempotencyKey::value).orElse(null);
        Outgoings.Answer answer = outgoings.submit(viewer(), request, idempotencyKey);
        return Response.accepted(answer.json())
                .location(URI.create("/v1/outgoing/" + answer.id()))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The organization's outgoing mail, newest first")
    public Page<OutgoingView> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("account") @Nullable UUID account,
            @BeanParam PageRequest page) {
        OutgoingState wanted = state == null
                ? null
                : OutgoingState.of(state)
                        .orElseThrow(() -> Problems.invalid(
                                "?state",
                                "must be one of "
                                        + Arrays.stream(OutgoingState.values())
                                                .map(OutgoingState::wireName)
                                                .collect(Collectors.joining(", "))));
        UUID before = page.after().map(OutgoingResource::cursor).orElse(null);
        return outgoings.list(viewer(), wanted, account, before, page.limit());
    }

    @GET
    @Path("/{id}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "One outgoing message with its attempts")
    public OutgoingView get(@PathParam("id") UUID id) {
        return outgoings.get(viewer(), id);
    }

    /** The bytes; another service may read those of any organization. */
    @GET
    @Path("/{id}/raw")
    @Produces("message/rfc822")
    @RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER, Roles.SERVICE})
    @Operation(summary = "The message as it goes over the wire")
    @APIResponse(responseCode = "200", description = "The bytes")
    @APIResponse(
            responseCode = "410",
            description = "raw-removed: sent long ago (30 days unless set otherwise); the Sent folder has it")
    public Response raw(@PathParam("id") UUID id) {
        Viewer viewer = caller.is(Roles.SERVICE) ? null : viewer();
        return Response.ok(outgoings.raw(viewer, id))
                .type("message/rfc822")
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Disposition", "attachment; filename=\"" + id + ".eml\"")
                .build();
    }

    @DELETE
    @Path("/{id}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Takes a message back while it can be; 409 when it cannot")
    public OutgoingView cancel(@PathParam("id") UUID id) {
        return outgoings.cancel(viewer(), id);
    }

    @POST
    @Path("/{id}/resolve")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Decides about a message of which nobody knows whether it was sent")
    public OutgoingView resolve(@PathParam("id") UUID id, ResolveRequest request) {
        if (request == null || request.decision() == null) {
            throw Problems.invalid("/decision", "must be resend or treat_as_sent");
        }
        Outgoings.Decision decision =
                switch (request.decision()) {
                    case RESEND -> Outgoings.Decision.RESEND;
                    case TREAT_AS_SENT -> Outgoings.Decision.TREAT_AS_SENT;
                };
        return outgoings.resolve(viewer(), id, decision);
    }

    private Viewer viewer() {
        boolean manager = caller.is(Roles.OWNER) || caller.is(Roles.ADMIN);
        return new Viewer(caller.organization(), caller.user(), manager);
    }

    private static UUID cursor(String position) {
        try {
            return Ids.parse(position);
        } catch (IllegalArgumentException e) {
            throw PageRequest.badCursor();
        }
    }
}
