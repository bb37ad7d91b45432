package dev.mailroom.account.contact;

import dev.mailroom.account.contact.ContactRepository.Position;
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
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Contacts over HTTP: translates, decides nothing. */
@Path("/v1/contacts")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Contacts", description = "The people an organization writes to, shared by all its users")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class ContactResource {
    /** Characters of a search. */
    private static final int SEARCH_MAX_CHARACTERS = 254;

    private final Contacts contacts;
    private final ContactExport export;
    private final Caller caller;

    ContactResource(Contacts contacts, ContactExport export, Caller caller) {
        this.contacts = contacts;
        this.export = export;
        this.caller = caller;
    }

    /** Contacts in the order of their names. */
    @GET
    @Operation(summary = "List and find contacts", description = "In the order of their names")
    public Page<ContactView> list(
            @BeanParam PageRequest page,
            @Parameter(description = "What a name, a last name or an address begins with, in any case")
                    @QueryParam("q")
                    @Nullable
                    String q,
            @Parameter(description = "An address; the one contact that has it", example = "ana@example.com")
                    @QueryParam("email")
                    @Nullable
                    String email) {
        Viewer viewer = Viewer.of(caller);
        int limit = page.limit();
        Position after = page.after().map(ContactResource::position).orElse(Position.START);
        List<ContactRow> rows = rows(viewer, q == null ? "" : q.strip(), email, after, limit + 1);
        return Page.of(rows, limit, row -> row.id + " " + row.sortKey).map(ContactView::of);
    }

    @POST
    @Operation(summary = "Add a contact")
    @APIResponse(
            responseCode = "201",
            description = "Added",
            content = @Content(schema = @Schema(implementation = ContactView.class)))
    @APIResponse(
            responseCode = "409",
            description = "address-taken, with the contact that has it; idempotency-key-reused")
    public Response add(
            @Nullable ContactRequest request, @HeaderParam(IdempotencyKey.HEADER) @Nullable String idempotencyKey) {
        ContactView view =
                contacts.add(Viewer.of(caller), required(request).toForm(), IdempotencyKey.of(idempotencyKey));
        return Response.created(URI.create("/v1/contacts/" + view.id()))
                .entity(view)
                .build();
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Show a contact")
    public ContactView get(@PathParam("id") UUID id) {
        return contacts.get(Viewer.of(caller), id);
    }

    @PATCH
    @Path("/{id}")
    @Operation(
            summary = "Change a contact",
            description = "What is left out stays; an empty text or list takes away; a list replaces the one before")
    @APIResponse(
            responseCode = "200",
            description = "Changed",
            content = @Content(schema = @Schema(implementation = ContactView.class)))
    @APIResponse(responseCode = "409", description = "address-taken, with the contact that has it")
    public ContactView change(@PathParam("id") UUID id, @Nullable ContactRequest request) {
        return contacts.change(Viewer.of(caller), id, required(request));
    }

    @DELETE
    @Path("/{id}")
    @Operation(summary = "Remove a contact", description = "Members can remove those they added")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(responseCode = "403", description = "not-your-contact")
    public void remove(@PathParam("id") UUID id) {
        contacts.remove(Viewer.of(caller), id);
    }

    /** The whole address book, in a form that can be imported again. */
    @GET
    @Path("/export")
    @Produces("text/csv")
    @Operation(
            summary = "All contacts as a CSV file",
            description = "UTF-8 with a byte order mark. A cell that a spreadsheet would take for a formula begins with"
                    + " an apostrophe, which an import takes away again")
    @APIResponse(
            responseCode = "200",
            description = "The file",
            content =
                    @Content(
                            mediaType = "text/csv",
                            schema =
                                    @Schema(
                                            type =
                                                    org.eclipse.microprofile.openapi.annotations.enums.SchemaType
                                                            .STRING)))
    public Response export() {
        Viewer viewer = Viewer.of(caller);
        StreamingOutput body = out -> export.write(viewer, out);
        return Response.ok(body, "text/csv; charset=utf-8; header=present")
                .header("Content-Disposition", "attachment; filename=\"contacts.csv\"")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    private List<ContactRow> rows(Viewer viewer, String q, @Nullable String email, Position after, int limit) {
        if (q.length() > SEARCH_MAX_CHARACTERS) {
            throw Problems.invalid("?q", "must have at most " + SEARCH_MAX_CHARACTERS + " characters");
        }
        if (email != null && !q.isEmpty()) {
            throw Problems.invalid("?email", "cannot be combined with q");
        }
        if (email != null) {
            return EmailAddress.of(email)
                    .map(address -> contacts.withAddress(viewer, address, after, limit))
                    .orElseThrow(() -> Problems.invalid("?email", "must be an email address like ana@example.com"));
        }
        // What begins so is the digest of an import, not an address.
        if (q.startsWith("#")) {
            return List.of();
        }
        return q.isEmpty() ? contacts.list(viewer, after, limit) : contacts.search(viewer, q, after, limit);
    }

    private static Position position(String cursor) {
        int space = cursor.indexOf(' ');
        try {
            return new Position(cursor.substring(space + 1), Ids.parse(cursor.substring(0, Math.max(0, space))));
        } catch (IllegalArgumentException e) {
            throw PageRequest.badCursor();
        }
    }

    private static ContactRequest required(@Nullable ContactRequest body) {
        if (body == null) {
            throw Problems.invalid("", "a JSON object is required");
        }
        return body;
    }
}
