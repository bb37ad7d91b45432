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

/** People over HTTP: translates, decides nothing. */
@Path("/v1/users")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Users", description = "The people of the organization; what a person may do is said by their token")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class UserResource {
    private static final String EXAMPLE = """
            {"id": "0197a5f0-0000-7000-8000-000000000001", "name": "Bo Berg", "email": "bo@example.com", "role": "member",
             "revision": 1, "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-01-05T09:00:00Z"}""";
    private static final String LIST_EXAMPLE =
            "{\"data\": [{\"id\": \"0197a5f0-0000-7000-8000-000000000001\", \"name\": \"Bo Berg\"}], \"next\": null}";
    private static final String OWNED_EXAMPLE = """
            {"type": "https://mailroom.dev/problems/confirmation-needed", "title": "Conflict", "status": 409,
             "detail": "The user connected accounts, …", "accounts": ["0197a5f0-0000-7000-8000-0000000000aa"], "named_max": 100}""";

    private final Users users;
    private final Caller caller;

    UserResource(Users users, Caller caller) {
        this.users = users;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "List people", description = "A member sees ids and names")
    @APIResponse(
            responseCode = "200",
            description = "In order of their ids",
            content = @Content(examples = @ExampleObject(name = "for a member", value = LIST_EXAMPLE)))
    public Page<UserView> list(@BeanParam PageRequest page) {
        Viewer viewer = Viewer.of(caller);
        int limit = page.limit();
        return Page.of(users.list(viewer, Position.after(page), limit + 1), limit, row -> row.id.toString())
                .map(row -> UserView.of(row, viewer));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Show a person")
    @APIResponse(
            responseCode = "200",
            description = "The person",
            content =
                    @Content(
                            schema = @Schema(implementation = UserView.class),
                            examples = @ExampleObject(name = "for an admin", value = EXAMPLE)))
    @APIResponse(responseCode = "404", description = "not-found")
    public UserView get(@PathParam("id") UUID id) {
        Viewer viewer = Viewer.of(caller);
        return UserView.of(users.get(viewer, id), viewer);
    }

    @POST
    @RolesAllowed({Roles.OWNER, Roles.ADMIN})
    @Operation(
            summary = "Add a person",
            description = "The id is the claim sub of their tokens; a person who calls without having been added is"
                    + " written down by themselves. An owner is added by an owner")
    @APIResponse(
            responseCode = "201",
            description = "Added",
            content =
                    @Content(
                            schema = @Schema(implementation = UserView.class),
                            examples = @ExampleObject(name = "a member", value = EXAMPLE)))
    @APIResponse(responseCode = "400", description = "invalid-input: every fault with its JSON pointer")
    @APIResponse(responseCode = "403", description = "role-required, owner-required")
    @APIResponse(responseCode = "409", description = "user-exists, email-taken, too-many-users, idempotency-key-reused")
    public Response create(
            @Nullable UserRequest request, @HeaderParam(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        UserView view = users.create(
                Viewer.of(caller),
                caller.is(Roles.OWNER),
                DirectoryCheck.user(required(request)),
                IdempotencyKey.of(idempotencyKey));
        return Response.created(URI.create("/v1/users/" + view.id()))
                .entity(view)
                .build();
    }

    @PATCH
    @Path("/{id}")
    @RolesAllowed({Roles.OWNER, Roles.ADMIN})
    @Operation(
            summary = "Change a person",
            description = "The role in the directory; what a token allows is said by it")
    @APIResponse(
            responseCode = "200",
            description = "Changed",
            content =
                    @Content(
                            schema = @Schema(implementation = UserView.class),
                            examples = @ExampleObject(name = "a member", value = EXAMPLE)))
    @APIResponse(responseCode = "400", description = "invalid-input: every fault with its JSON pointer")
    @APIResponse(responseCode = "403", description = "role-required, owner-required")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(responseCode = "409", description = "last-owner, email-taken")
    public UserView change(@PathParam("id") UUID id, @Nullable UserChangeRequest request) {
        return UserView.of(
                users.change(Viewer.of(caller), caller.is(Roles.OWNER), id, DirectoryCheck.user(required(request))));
    }

    /** Removes a person; what they own is only left without them on {@code confirm=true}. */
    @DELETE
    @Path("/{id}")
    @RolesAllowed({Roles.OWNER, Roles.ADMIN})
    @Operation(
            summary = "Remove a person",
            description = "They leave every team, and nothing is shared with them any more; an account that was shared"
                    + " with them alone becomes personal. Their token is not taken back")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(responseCode = "403", description = "role-required, owner-required")
    @APIResponse(responseCode = "404", description = "not-found")
    @APIResponse(
            responseCode = "409",
            description = "last-owner; confirmation-needed, with the accounts they connected, which stay",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            examples = @ExampleObject(name = "confirmation-needed", value = OWNED_EXAMPLE)))
    public void remove(@PathParam("id") UUID id, @QueryParam("confirm") @DefaultValue("false") boolean confirmed) {
        users.remove(Viewer.of(caller), caller.is(Roles.OWNER), id, confirmed);
    }

    private static <T> T required(@Nullable T body) {
        if (body == null) {
            throw Problems.invalid("", "a JSON object is required");
        }
        return body;
    }
}
