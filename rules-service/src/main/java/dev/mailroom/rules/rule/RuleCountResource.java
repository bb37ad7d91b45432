package dev.mailroom.rules.rule;

import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How many rules there are, for other services: their tokens are of no organization, and they decide who may know. */
@Path("/v1/rules/counts")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "rules")
@RunOnVirtualThread
@RolesAllowed(Roles.SERVICE)
public class RuleCountResource {
    private final Rules rules;

    RuleCountResource(Rules rules) {
        this.rules = rules;
    }

    /** @param rules that name the account, everybody's */
    record CountView(int rules) {}

    @GET
    @Operation(summary = "How many rules of an organization name an account; only for other services")
    public CountView count(
            @QueryParam("organization") @Nullable UUID organization, @QueryParam("account") @Nullable UUID account) {
        if (organization == null) {
            throw Problems.invalid("?organization", "must be the id of an organization");
        }
        if (account == null) {
            throw Problems.invalid("?account", "must be the id of an account");
        }
        return new CountView(rules.naming(organization, account));
    }
}
