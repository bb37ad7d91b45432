package dev.mailroom.account.alias;

import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.Caller;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Ids;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Aliases over HTTP: translates, decides nothing. */
@Path("/v1/accounts/{id}/aliases")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Aliases", description = "The addresses that mail of an account is sent from")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class AliasResource {
    private static final String LINKS =
            "too-many-requests: a link once a minute for an alias, and 20 a day for an account";

    private final Aliases aliases;
    private final SharedAddresses addresses;
    private final Caller caller;

    AliasResource(Aliases aliases, SharedAddresses addresses, Caller caller) {
        this.aliases = aliases;
        this.addresses = addresses;
        this.caller = caller;
    }

    @GET
    @Operation(
            summary = "List the aliases of an account, the default one first",
            description = "Whoever sees the account sees all of them; others see those that they may send as")
    public Page<AliasView> list(@PathParam("id") UUID account, @BeanParam PageRequest page) {
        Viewer viewer = Viewer.of(caller);
        UUID after = page.after().map(AliasResource::position).orElse(null);
        return aliases.list(viewer, account, after, page.limit());
    }

    @GET
    @Path("/{alias_id}")
    @Operation(summary = "Show an alias")
    public AliasView get(@PathParam("id") UUID account, @PathParam("alias_id") UUID alias) {
        return aliases.get(Viewer.of(caller), account, alias);
    }

    @POST
    @Operation(
            summary = "Add an alias",
            description =
                    "For the owner of the account and, if it is shared, for managers. The address must exist on the mail server, which else"
                            + " may write another sender into the mail. Readers need the agreement of the address: a link is"
                            + " mailed to it")
    @APIResponse(
            responseCode = "201",
            description = "Added",
            content = @Content(schema = @Schema(implementation = AliasView.class)))
    @APIResponse(responseCode = "400", description = "invalid-input: every fault with its JSON pointer")
    @APIResponse(responseCode = "403", description = "not-your-account, personal-account")
    @APIResponse(
            responseCode = "409",
            description =
                    "alias-exists: the same address with the same description; aliases-too-large: together for an event;"
                            + " notices-not-configured; idempotency-key-reused")
    @APIResponse(responseCode = "429", description = LINKS)
    public Response create(
            @PathParam("id") UUID account,
            @Nullable AliasRequest request,
            @HeaderParam(IdempotencyKey.HEADER) @Nullable String key) {
        AliasChange form = AliasCheck.create(required(request));
        AliasView view = aliases.create(Viewer.of(caller), account, form, IdempotencyKey.of(key));
        return Response.created(URI.create("/v1/accounts/" + account + "/aliases/" + view.id()))
                .entity(view)
                .build();
    }

    @PATCH
    @Path("/{alias_id}")
    @Operation(summary = "Change an alias", description = "Changes the fields that are given; an empty text removes it")
    @APIResponse(
            responseCode = "200",
            description = "Changed",
            content = @Content(schema = @Schema(implementation = AliasView.class)))
    @APIResponse(
            responseCode = "409",
            description = "alias-exists, default-alias, aliases-too-large, notices-not-configured")
    @APIResponse(responseCode = "429", description = LINKS)
    public AliasView change(
            @PathParam("id") UUID account, @PathParam("alias_id") UUID alias, @Nullable AliasRequest request) {
        return aliases.change(Viewer.of(caller), account, alias, AliasCheck.change(required(request)));
    }

    @DELETE
    @Path("/{alias_id}")
    @Operation(summary = "Remove an alias")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(responseCode = "409", description = "default-alias: an account keeps its default alias")
    public void remove(@PathParam("id") UUID account, @PathParam("alias_id") UUID alias) {
        aliases.remove(Viewer.of(caller), account, alias);
    }

    /** Mails another link; the first one was mailed when the readers were set. */
    @POST
    @Path("/{alias_id}/confirmation")
    @Operation(
            summary = "Mail another link to an address that is to be shared",
            description =
                    "Whoever follows it agrees to sharing the mail addressed to it. The first link goes out with the readers")
    @APIResponse(responseCode = "202", description = "The mail is on its way")
    @APIResponse(responseCode = "409", description = "nothing-to-confirm, notices-not-configured")
    @APIResponse(responseCode = "429", description = LINKS)
    public Response askAgain(@PathParam("id") UUID account, @PathParam("alias_id") UUID alias) {
        addresses.askAgain(Viewer.of(caller), account, alias);
        return Response.accepted().build();
    }

    @PUT
    @Path("/{alias_id}/mine")
    @Operation(
            summary = "Use a name and a signature of your own on an alias",
            description = "For whoever may see the alias; others keep theirs. Both null: as the alias has it."
                    + " They are kept for the program that writes a mail, which puts the name into from.name and the"
                    + " signature into the text; a mail without from.name has the name of the alias")
    public AliasView mine(
            @PathParam("id") UUID account,
            @PathParam("alias_id") UUID alias,
            AliasRequest.@Nullable MineRequest request) {
        return aliases.mine(Viewer.of(caller), account, alias, AliasCheck.mine(required(request)));
    }

    private static <T> T required(@Nullable T body) {
        if (body == null) {
            throw Problems.invalid("", "a JSON object is required");
        }
        return body;
    }

    private static UUID position(String cursor) {
        try {
            return Ids.parse(cursor);
        } catch (IllegalArgumentException e) {
            throw PageRequest.badCursor();
        }
    }
}
