package dev.mailroom.account.account;

import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.Caller;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Ids;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.mailclient.Secret;
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
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Accounts over HTTP: translates, decides nothing. */
@Path("/v1/accounts")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Accounts", description = "Mailboxes that are connected")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class AccountResource {
    private static final UUID FIRST = new UUID(0, 0);

    private final Accounts accounts;
    private final Lifecycle lifecycle;
    private final MissingServers missingServers;
    private final Caller caller;

    AccountResource(Accounts accounts, Lifecycle lifecycle, MissingServers missingServers, Caller caller) {
        this.accounts = accounts;
        this.lifecycle = lifecycle;
        this.missingServers = missingServers;
        this.caller = caller;
    }

    /** Tries the log-in, then connects the mailbox. */
    @POST
    @Operation(
            summary = "Connect a mailbox",
            description =
                    "Logs in to the IMAP and the SMTP server first, at most once each. A server that is left out is looked"
                            + " for, and discovered says where it comes from. Repeated with the same Idempotency-Key it answers"
                            + " with the account as it is now, without looking or trying again")
    @APIResponse(
            responseCode = "201",
            description = "Connected",
            content = @Content(schema = @Schema(implementation = ConnectedView.class)))
    @APIResponse(responseCode = "400", description = "invalid-input: every fault with its JSON pointer")
    @APIResponse(responseCode = "403", description = "plan-required")
    @APIResponse(responseCode = "409", description = "mailbox-already-connected, idempotency-key-reused")
    @APIResponse(
            responseCode = "422",
            description = "connection-failed, with a diagnosis of both servers; where imap or smtp was left out also"
                    + " servers-not-found, servers-need-confirmation and password-login-off, with candidates",
            content =
                    @Content(
                            mediaType = "application/problem+json",
                            examples = @ExampleObject(name = "connection-failed", value = DIAGNOSIS_EXAMPLE)))
    @APIResponse(responseCode = "429", description = "too-many-requests: tries of this user in this hour")
    public Response connect(
            @Nullable ConnectRequest request, @HeaderParam(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        Viewer viewer = Viewer.of(caller);
        try (Secret _ = secretOf(required(request).password())) {
            Optional<ConnectOnce.Asked> asked =
                    IdempotencyKey.of(idempotencyKey).map(key -> ConnectOnce.Asked.of(key, required(request)));
            Optional<AccountRow> earlier = accounts.earlier(viewer, asked);
            if (earlier.isPresent()) {
                return connected(earlier.get(), null);
            }
            MissingServers.Completed completed = missingServers.complete(viewer, required(request));
            return connected(connect(viewer, completed, asked), completed.found());
        }
    }

    /** Tries the log-in and saves nothing. */
    @POST
    @Path("/verify")
    @Operation(summary = "Try a mailbox without connecting it")
    public VerifyView verify(@Nullable ConnectRequest request) {
        Viewer viewer = Viewer.of(caller);
        try (Secret _ = secretOf(required(request).password())) {
            MissingServers.Completed completed = missingServers.complete(viewer, required(request));
            return VerifyView.of(accounts.verify(viewer, FormCheck.connect(completed.request())), completed.found());
        }
    }

    /** Accounts that the caller may see, oldest first. */
    @GET
    @Operation(summary = "List accounts")
    public Page<AccountView> list(@BeanParam PageRequest page) {
        Viewer viewer = Viewer.of(caller);
        int limit = page.limit();
        UUID after = page.after().map(AccountResource::position).orElse(FIRST);
        return Page.of(accounts.list(viewer, after, limit + 1), limit, row -> row.id.toString())
                .map(AccountView::of);
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Show an account")
    public AccountView get(@PathParam("id") UUID id) {
        return AccountView.of(accounts.get(Viewer.of(caller), id));
    }

    /** Changes the fields that are given; a new user name or password is tried first. */
    @PATCH
    @Path("/{id}")
    @Operation(summary = "Change an account")
    @APIResponse(
            responseCode = "200",
            description = "Changed",
            content = @Content(schema = @Schema(implementation = AccountView.class)))
    @APIResponse(
            responseCode = "403",
            description = "not-your-account, plan-required; personal-account: of a colleague, which an owner of the"
                    + " organization can share and nobody else can change")
    @APIResponse(
            responseCode = "409",
            description =
                    "host-change-refused and mailbox-change-refused, with the ways that exist; credential-changed: somebody"
                            + " changed user name or password meanwhile, so read the account again and repeat the change;"
                            + " mailbox-already-connected")
    @APIResponse(responseCode = "422", description = "connection-failed, with a diagnosis of both servers")
    public AccountView change(@PathParam("id") UUID id, @Nullable ChangeRequest request) {
        Viewer viewer = Viewer.of(caller);
        try (Secret _ = secretOf(required(request).password())) {
            return AccountView.of(lifecycle.change(viewer, id, FormCheck.change(required(request))));
        }
    }

    @POST
    @Path("/{id}/pause")
    @Operation(summary = "Stop syncing and sending for an account")
    public AccountView pause(@PathParam("id") UUID id) {
        return AccountView.of(lifecycle.pause(Viewer.of(caller), id));
    }

    @POST
    @Path("/{id}/resume")
    @Operation(summary = "Let a paused account go on")
    public AccountView resume(@PathParam("id") UUID id) {
        return AccountView.of(lifecycle.resume(Viewer.of(caller), id));
    }

    @POST
    @Path("/{id}/reconnect")
    @Operation(summary = "Log in anew with the stored credential, also after a failed one was given up")
    public AccountView reconnect(@PathParam("id") UUID id) {
        return AccountView.of(lifecycle.reconnect(Viewer.of(caller), id));
    }

    /** Removes an account; without {@code confirm=true} it only says what would go. */
    @DELETE
    @Path("/{id}")
    @Operation(summary = "Remove an account")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(responseCode = "409", description = "confirmation-needed: what would be removed and what would stay")
    public void remove(@PathParam("id") UUID id, @QueryParam("confirm") @DefaultValue("false") boolean confirmed) {
        lifecycle.remove(Viewer.of(caller), id, confirmed);
    }

    private static Response connected(AccountRow account, @Nullable FoundServers found) {
        return Response.created(URI.create("/v1/accounts/" + account.id))
                .entity(new ConnectedView(AccountView.of(account), found))
                .build();
    }

    /** The answer to a log-in that failed also says which servers were tried. */
    private AccountRow connect(Viewer viewer, MissingServers.Completed completed, Optional<ConnectOnce.Asked> asked) {
        try {
            return accounts.connect(viewer, FormCheck.connect(completed.request()), asked);
        } catch (ProblemException problem) {
            FoundServers found = completed.found();
            throw found == null ? problem : problem.with("discovered", found);
        }
    }

    private static final String DIAGNOSIS_EXAMPLE = """
            {"type": "https://mailroom.dev/problems/connection-failed", "title": "The mailbox cannot be connected", "status": 422,
             "detail": "IMAP: The server refused user name or password. …",
             "diagnosis": [
               {"leg": "imap", "stage": "login", "category": "credentials_refused", "code": "AUTHENTICATIONFAILED", "hint": "…"},
               {"leg": "smtp", "stage": "tls", "category": "not_tls", "hint": "…",
                "suggestion": {"port": 587, "encryption": "starttls"}}]}""";

    private static <T> T required(@Nullable T body) {
        if (body == null) {
            throw Problems.invalid("", "a JSON object is required");
        }
        return body;
    }

    /** Something to close in any case. */
    private static Secret secretOf(@Nullable Secret password) {
        return password == null ? Secret.of("") : password;
    }

    private static UUID position(String cursor) {
        try {
            return Ids.parse(cursor);
        } catch (IllegalArgumentException e) {
            throw PageRequest.badCursor();
        }
    }
}
