package dev.mailroom.account.credential;

import dev.mailroom.account.audit.Actor;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Page;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Operations of the person who runs the installation on the vault. */
@Path("/v1/vault")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Vault", description = "Keys that seal the credentials")
@RolesAllowed(Roles.OPERATOR)
public class VaultResource {
    private final VaultRotation rotation;
    private final VaultKeyring keyring;
    private final Caller caller;

    VaultResource(VaultRotation rotation, VaultKeyring keyring, Caller caller) {
        this.rotation = rotation;
        this.keyring = keyring;
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

    /**
     * A key of the vault.
     *
     * @param credentials how many credentials it seals
     * @param inFile false if the key file does not hold it
     * @param retired true if it may be taken out of the key file
     */
    @Schema(name = "VaultKey")
    public record KeyView(long id, boolean primary, long credentials, boolean inFile, boolean retired) {}

    /** Every key, and how much it still seals. */
    @GET
    @Path("/keys")
    @RunOnVirtualThread
    @Operation(summary = "The keys of the vault, with the number of credentials that each still seals")
    public Page<KeyView> keys() {
        List<KeyView> keys = keyring.list().stream()
                .map(key -> new KeyView(key.id(), key.primary(), key.credentials(), key.inFile(), key.retired()))
                .toList();
        return new Page<>(keys, null);
    }

    /** Says that nothing is sealed by a key any more and nothing will be, so that it can be taken out of the key file. */
    @POST
    @Path("/keys/{id}/retire")
    @RunOnVirtualThread
    @Operation(summary = "Retire a key that seals nothing any more; then take it out of the key file")
    @APIResponse(responseCode = "204", description = "Retired")
    @APIResponse(responseCode = "409", description = "key-is-primary, key-in-use with the number of credentials")
    public void retire(@PathParam("id") long id) {
        keyring.retire(Actor.ofInstallation(caller), id);
    }
}
