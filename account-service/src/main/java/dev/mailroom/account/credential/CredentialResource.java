package dev.mailroom.account.credential;

import dev.mailroom.account.audit.Actor;
import dev.mailroom.account.audit.Audit;
import dev.mailroom.account.audit.AuditEntry;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;

/** Hands the sealed credential of an account to the services that log in with it. */
@Path("/v1/accounts/{id}/credential")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Credentials", description = "For other services only")
@RolesAllowed(Roles.SERVICE)
public class CredentialResource {
    // The user name belongs to the log-in as much as the password does.
    private static final String FIND =
            "select c, a.username from CredentialRow c join AccountRow a on a.id = c.accountId where c.accountId = :id";

    private static final String ORGANIZATION_CLAIM = "org";

    private final TenantTransactions transactions;
    private final Audit audit;
    private final Caller caller;
    private final JsonWebToken token;

    CredentialResource(TenantTransactions transactions, Audit audit, Caller caller, JsonWebToken token) {
        this.transactions = transactions;
        this.audit = audit;
        this.caller = caller;
        this.token = token;
    }

    /**
     * A credential as it travels between services.
     *
     * @param version grows with every change of user name or password
     * @param sealed the vault's envelope; opens only with the key file, for this organization and account
     */
    public record CredentialView(
            UUID account,
            UUID organization,
            long version,
            String username,

            @Schema(description = "Vault envelope, base64", format = "byte", type = SchemaType.STRING)
            byte[] sealed) {
        @Override
        public String toString() {
            return "CredentialView[" + account + ", version " + version + "]";
        }
    }

    /** The sealed credential of one account: of any organization, unless the token is bound to one. */
    @GET
    @RunOnVirtualThread
    @Operation(summary = "The sealed credential of an account")
    public CredentialView get(@PathParam("id") UUID id) {
        Actor reader = Actor.ofInstallation(caller);
        boolean bound = token.getClaim(ORGANIZATION_CLAIM) != null;
        Object[] found = bound
                ? transactions.inOrganization(caller.organization(), session -> read(session, reader, id))
                : transactions.acrossOrganizations(session -> read(session, reader, id));
        if (found == null) {
            throw Problems.notFound("The account");
        }
        CredentialRow row = (CredentialRow) found[0];
        return new CredentialView(row.accountId, row.organizationId, row.version, (String) found[1], row.sealed);
    }

    private Uni<Object[]> read(Mutiny.Session session, Actor reader, UUID id) {
        return session.createSelectionQuery(FIND, Object[].class)
                .setParameter("id", id)
                .getSingleResultOrNull()
                .call(row -> row == null
                        ? Uni.createFrom().voidItem()
                        : recordRead(session, reader, (CredentialRow) row[0]));
    }

    private Uni<Void> recordRead(Mutiny.Session session, Actor reader, CredentialRow row) {
        return audit.record(
                session, reader.in(row.organizationId), AuditEntry.of("credential.read", "account", row.accountId));
    }
}
