package dev.mailroom.account.organization;

import dev.mailroom.account.audit.Actor;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The organization over HTTP: translates, decides nothing. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Organization", description = "The tenant, its name and its plan")
@RunOnVirtualThread
public class OrganizationResource {
    private static final String EXAMPLE = """
            {"id": "0197a5f0-0000-7000-8000-00000000000a", "name": "Example Ltd", "plan": "paid", "revision": 2,
             "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-01-05T09:10:00Z"}""";

    private static final String ORGANIZATION_CLAIM = "org";

    private final OrganizationSettings settings;
    private final Caller caller;
    private final JsonWebToken token;

    OrganizationResource(OrganizationSettings settings, Caller caller, JsonWebToken token) {
        this.settings = settings;
        this.caller = caller;
        this.token = token;
    }

    @GET
    @Path("/organization")
    @RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
    @Operation(summary = "Show the caller's organization")
    @APIResponse(
            responseCode = "200",
            description = "The organization",
            content =
                    @Content(
                            schema = @Schema(implementation = OrganizationView.class),
                            examples = @ExampleObject(name = "paid", value = EXAMPLE)))
    public OrganizationView get() {
        return OrganizationView.of(settings.get(caller.organization()));
    }

    @PATCH
    @Path("/organization")
    @RolesAllowed({Roles.OWNER, Roles.ADMIN})
    @Operation(summary = "Rename the caller's organization")
    @APIResponse(
            responseCode = "200",
            description = "Changed",
            content =
                    @Content(
                            schema = @Schema(implementation = OrganizationView.class),
                            examples = @ExampleObject(name = "renamed", value = EXAMPLE)))
    @APIResponse(responseCode = "400", description = "invalid-input: every fault with its JSON pointer")
    @APIResponse(responseCode = "403", description = "operator-required, where the plan is to be changed")
    public OrganizationView change(@Nullable OrganizationRequest request) {
        if (request == null) {
            throw Problems.invalid("", "a JSON object is required");
        }
        String name = DirectoryCheck.organizationName(request.name());
        if (request.plan() != null) {
            throw Problems.forbidden(
                    "operator-required",
                    "The plan is changed by who runs the installation (PUT /v1/organizations/{id}/plan)");
        }
        return OrganizationView.of(
                name == null ? settings.get(caller.organization()) : settings.rename(Viewer.of(caller), name));
    }

    /** @param plan required */
    @Schema(examples = "{\"plan\": \"free\"}")
    public record PlanRequest(
            @Schema(required = true) @Nullable Plan plan) {}

    @PUT
    @Path("/organizations/{id}/plan")
    @RolesAllowed({Roles.OPERATOR, Roles.SERVICE})
    @Operation(
            summary = "Set the plan of an organization",
            description =
                    "A token that is bound to an organization sets the plan of that one alone. An organization that was not seen yet is written down. Accounts that are there stay as they are")
    @APIResponse(
            responseCode = "200",
            description = "Set",
            content =
                    @Content(
                            schema = @Schema(implementation = OrganizationView.class),
                            examples = @ExampleObject(name = "paid", value = EXAMPLE)))
    @APIResponse(responseCode = "400", description = "invalid-input")
    @APIResponse(responseCode = "404", description = "not-found: the token is bound to another organization")
    public OrganizationView changePlan(@PathParam("id") UUID id, @Nullable PlanRequest request) {
        if (request == null || request.plan() == null) {
            throw Problems.invalid(request == null ? "" : "/plan", "is required: free or paid");
        }
        boolean bound = token.getClaim(ORGANIZATION_CLAIM) != null;
        if (bound && !caller.organization().equals(id)) {
            throw Problems.notFound("The organization");
        }
        return OrganizationView.of(settings.changePlan(Actor.ofInstallation(caller), id, request.plan()));
    }
}
