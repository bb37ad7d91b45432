package dev.mailroom.account.discovery;

import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The settings of an address over HTTP. */
@Path("/v1/providers")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Providers", description = "The servers of an address")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class ProvidersResource {
    private final Discovery discovery;
    private final Caller caller;

    ProvidersResource(Discovery discovery, Caller caller) {
        this.discovery = discovery;
        this.caller = caller;
    }

    /** Looks in our own file, then asks the domain. */
    @GET
    @Operation(
            summary = "Find the servers of an address",
            description = "Within 8 seconds. The address is told to nobody but HTTPS servers of its own domain;"
                    + " a domain of our own list is not asked at all")
    @APIResponse(
            responseCode = "200",
            description = "What was found, the most trusted first; an empty list if nothing was",
            content =
                    @Content(
                            schema = @Schema(implementation = Findings.class),
                            examples = {
                                @ExampleObject(name = "known provider", value = KNOWN_EXAMPLE),
                                @ExampleObject(name = "own domain", value = OWN_DOMAIN_EXAMPLE),
                                @ExampleObject(name = "nothing", value = NOTHING_EXAMPLE)
                            }))
    @APIResponse(responseCode = "400", description = "invalid-input: ?email is no address")
    @APIResponse(responseCode = "429", description = "too-many-requests: look-ups of this user in this hour")
    public Findings find(
            @Parameter(description = "The address of the mailbox", required = true, example = "ana@example.com")
                    @QueryParam("email")
                    @Nullable
                    String email) {
        Viewer viewer = Viewer.of(caller);
        return discovery.find(viewer, MailAddress.ofQuery(email));
    }

    private static final String KNOWN_EXAMPLE = """
            {"domain": "fastmail.com", "data": [
              {"source": "database", "provider": "Fastmail", "possible": true, "needs_confirmation": false,
               "imap": {"host": "imap.fastmail.com", "port": 993, "encryption": "tls"},
               "smtp": {"host": "smtp.fastmail.com", "port": 465, "encryption": "tls"},
               "username_template": "{email}", "username": "ana@fastmail.com", "app_password": "always", "note": "…"}],
             "next": null, "looked_for": [{"source": "database", "outcome": "found", "asked": "Mailroom's own list"}],
             "partial": false}""";

    private static final String OWN_DOMAIN_EXAMPLE = """
            {"domain": "example.com", "data": [
              {"source": "srv", "possible": true, "needs_confirmation": false,
               "imap": {"host": "imap.example.com", "port": 993, "encryption": "tls"},
               "smtp": {"host": "smtp.example.com", "port": 465, "encryption": "tls"},
               "username_template": "{email}", "username": "ana@example.com", "app_password": "unknown"}],
             "next": null, "looked_for": [{"source": "srv", "outcome": "found", "asked": "…"},
                                          {"source": "autoconfig", "outcome": "timeout", "asked": "…"}],
             "partial": true}""";

    private static final String NOTHING_EXAMPLE = """
            {"domain": "example.com", "data": [], "next": null,
             "looked_for": [{"source": "srv", "outcome": "nothing", "asked": "…"}], "partial": false}""";
}
