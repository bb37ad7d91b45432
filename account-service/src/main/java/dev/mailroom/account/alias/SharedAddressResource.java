package dev.mailroom.account.alias;

import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Shared addresses over HTTP: translates, decides nothing. */
@Path("/v1/shared-addresses")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Aliases")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class SharedAddressResource {
    private final SharedAddresses addresses;
    private final Caller caller;

    SharedAddressResource(SharedAddresses addresses, Caller caller) {
        this.addresses = addresses;
        this.caller = caller;
    }

    /** What the mailed link holds behind its #. */
    @Schema(examples = "{\"token\": \"Zk1vLq0b3nqzv1vG2m4x8w6yTg7dYw0h9s5uQJ3c1aE\"}")
    public record ConfirmRequest(
            @Schema(required = true) @Nullable String token) {
        @Override
        public String toString() {
            return "ConfirmRequest[]";
        }
    }

    @POST
    @Path("/confirm")
    @Operation(
            summary = "Agree to sharing an address",
            description =
                    "With the token of the link that was mailed to the address. Its readers see the mail to it from now on")
    @APIResponse(
            responseCode = "200",
            description = "Shared",
            content = @Content(schema = @Schema(implementation = SharedAddresses.SharedAddress.class)))
    @APIResponse(responseCode = "404", description = "not-found: no link of this organization")
    @APIResponse(responseCode = "409", description = "link-used, link-expired")
    public SharedAddresses.SharedAddress confirm(@Nullable ConfirmRequest request) {
        Viewer viewer = Viewer.of(caller);
        String token = request == null ? null : request.token();
        if (token == null || token.isBlank()) {
            throw Problems.invalid("/token", "is required");
        }
        return addresses.confirm(viewer, token);
    }
}
