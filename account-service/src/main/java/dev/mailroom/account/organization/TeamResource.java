package dev.mailroom.account.organization;

import dev.mailroom.http.Caller;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Teams over HTTP: translates, decides nothing. */
@Path("/v1/teams")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Teams", description = "People who work on shared mail together")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class TeamResource {
    private static final String EXAMPLE = """
            {"id": "0197a5f0-0000-7000-8000-0000000000bb", "name": "Support",
             "members": ["0197a5f0-0000-7000-8000-000000000001"], "observers": [],
             "user_reply_behavior": "assign_user", "received_reply_behavior": "show_in_assignee_inbox",
             "business_hours": {"time_zone": "Europe/Lisbon", "spans": [{"day": 1, "from_second": 32400, "to_second": 64800}]},
             "revision": 1, "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-01-05T09:00:00Z"}""";
    private static final String SHARED_EXAMPLE = """
            {"type": "https://mailroom.dev/problems/confirmation-needed", "title": "Conflict", "status": 409,
             "detail": "Accounts are shared with the team: …", "accounts": ["0197a5f0-0000-7000-8000-0000000000aa"], "named_max": 100}""";

    private final Teams teams;
    private final Caller caller;

    TeamResource(Teams teams, Caller caller) {
        this.teams = teams;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "List teams")
    @APIResponse(
            responseCode = "200",
            description = "Oldest first",
            content =
                    @Content(
                            examples =
                                    @ExampleObject(
                                            name = "one team",
                                            value = "{\"data\": [" + EXAMPLE + "], \"next\": null}")))
    public Page<TeamView> list(@BeanParam PageRequest page) {
        int limit = page.limit();
        return Page.of(
                teams.list(Viewer.of(caller), Position.after(page), limit + 1),
                limit,
                team -> team.id().toString());
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Show a team")
    @APIResponse(
            responseCode = "200",
            description = "The team",
            content =
                    @Content(
                            schema = @Schema(implementation = TeamView.class),
                            examples = @ExampleObject(name = "a team", value = EXAMPLE)))
    @APIResponse(responseCode = "404", description = "not-found")
    public TeamView get(@PathParam("id") UUID id) {
        return teams.get(Viewer.of(caller), id);
    }

    @POST
    @RolesAllowed({Roles.OWNER, Roles.ADMIN})
    @Operation(summary = "Make a team")
    @APIResponse(
            responseCode = "201",
            description = "Made",
            content =
                    @Content(
                            schema = @Schema(implementation = TeamView.class),
                            examples = @ExampleObject(name = "a team", value = EXAMPLE)))
    @APIResponse(
            responseCode = "400",
            description =
                    "invalid-input: every fault with its JSON pointer, also people who are not in the organization")
    @APIResponse(responseCode = "403", description = "role-required")
    @APIResponse(responseCode = "409", description = "too-many-teams, idempotency-key-reused")
    public Response create(
            @Nullable TeamRequest request, @HeaderParam(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        TeamView view = teams.create(
                Viewer.of(caller), DirectoryCheck.team(required(request)), IdempotencyKey.of(idempotencyKey));
        return Response.created(URI.create("/v1/teams/" + view.id()))
                .entity(view)
                .build();
    }

    @PATCH
    @Path("/{id}")
    @RolesAllowed({Roles.OWNER, Roles.ADMIN})
    @Operation(
            summary = "Change a team",
            description = "Lists are replaced as a whole. Accounts that are shared with the team follow at once")
    @APIResponse(
            responseCode = "200",
            description = "Changed",
            content =
                    @Content(
                            schema = @Schema(implementation = TeamView.class),
                            examples = @ExampleObject(name = "a team", value = EXAMPLE)))
    @APIResponse(responseCode = "400", description = "invalid-input: every fault with its JSON pointer")
    @APIResponse(responseCode = "403", description = "role-required")
    @APIResponse(responseCode = "404", description = "not-found")
    public TeamView change(@PathParam("id") UUID id, @Nullable TeamRequest request) {
        return teams.change(Viewer.of(caller), id, DirectoryCheck.teamChange(required(request)));
    }

    /** Removes a team; accounts that are shared with it are only taken from it on {@code confirm=true}. */
    @DELETE
    @Path("/{id}")
    @RolesAllowed({Roles.OWNER, Roles.ADMIN})
    @Operation(
            summary = "Remove a team",
            description = "Accounts that are shared with it stay shared with the users they name, or become personal")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(responseCode = "403", description = "role-required")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(
            responseCode = "409",
            description = "confirmation-needed, with accounts that are shared with the team",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            examples = @ExampleObject(name = "confirmation-needed", value = SHARED_EXAMPLE)))
    public void remove(@PathParam("id") UUID id, @QueryParam("confirm") @DefaultValue("false") boolean confirmed) {
        teams.remove(Viewer.of(caller), id, confirmed);
    }

    private static <T> T required(@Nullable T body) {
        if (body == null) {
            throw Problems.invalid("", "a JSON object is required");
        }
        return body;
    }
}
