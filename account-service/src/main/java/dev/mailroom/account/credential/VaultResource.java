package dev.mailroom.account.credential;

import dev.mailroom.account.audit.Actor;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Operations of the person who runs the installation on the vault. */
@Path("/v1/vault")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Vault", description = "Keys that seal the credentials")
@RolesAllowed(Roles.OPERATOR)
public class VaultResource {
    private final VaultRotation rotation;
    private final Caller caller;

    VaultResource(VaultRotation rotation, Caller caller) {
        this.rotation = rotation;
        this.caller = caller;
    }

    /**
     * What a rotation did.
     *
     * @param failed accounts whose password has to be entered again
     */
    public record RotationView(long key, int rewrapped, List<UUID> failed) {}

    /** Reads the key file again and wraps every credential with its newest key. Nobody has to stop. */
    @POST
    @Path("/rotate")
    @RunOnVirtualThread
    @Operation(summary = "Wrap all credentials with the newest key of the key file")
    public RotationView rotate() {
        VaultRotation.Outcome outcome = rotation.run(Actor.ofInstallation(caller));
        return new RotationView(outcome.key(), outcome.rewrapped(), outcome.failed());
    }
}
