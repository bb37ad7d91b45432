package dev.mailroom.account.contact;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** Imports over HTTP: translates, decides nothing. */
@Path("/v1/contacts")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Contacts")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class ImportResource {
    private static final String EXAMPLE = """
            First Name,Last Name,E-mail Address,Company,Notes
            Ana,Silva,ana@example.com,Example Lda,"Met in Porto,
            likes tea"
            """;
    private static final String PREFER = "Prefer";
    private static final String CHARSET = "charset";
    private static final UUID NEWEST = new UUID(-1, -1);

    private final ImportRequests requests;
    private final ContactImports imports;
    private final Caller caller;
    private final ObjectMapper json;

    ImportResource(ImportRequests requests, ContactImports imports, Caller caller, ObjectMapper json) {
        this.requests = requests;
        this.imports = imports;
        this.caller = caller;
        this.json = json;
    }

    /** Takes a file as the body itself. */
    @POST
    @Path("/import")
    @Consumes({"text/csv", "application/csv", "application/vnd.ms-excel", "text/plain", "application/octet-stream"})
    @Operation(
            operationId = "importContacts",
            summary = "Import contacts from a CSV file",
            description =
                    "At most 100,000 rows, 50 MB, 64 columns. Rows are saved in batches: a file that was interrupted"
                            + " goes on where it stopped when it is sent again, and nothing is saved twice. With"
                            + " ?preview=true nothing is saved; with \"Prefer: respond-async\" the answer does not wait")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "text/csv",
                            schema = @Schema(implementation = String.class),
                            examples = @ExampleObject(name = "contacts", value = EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "What came of it; with ?preview=true what would be read",
            content = @Content(schema = @Schema(anyOf = {ImportView.class, PreviewView.class})))
    @APIResponse(
            responseCode = "202",
            description = "It goes on; ask at the Location",
            content = @Content(schema = @Schema(implementation = ImportView.class)))
    @APIResponse(responseCode = "400", description = "invalid-file, or invalid-input for a parameter")
    @APIResponse(responseCode = "408", description = "upload-too-slow: the file did not arrive in time")
    @APIResponse(responseCode = "409", description = "idempotency-key-reused, import-taken-over")
    @APIResponse(responseCode = "413", description = "too-large")
    @APIResponse(responseCode = "422", description = "contact-columns-unknown with the header, too-many-rows")
    @APIResponse(responseCode = "429", description = "too-many-requests: other imports are running")
    public Response importBody(
            InputStream body,
            @BeanParam ImportParameters parameters,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) MediaType type,
            @HeaderParam(PREFER) @Nullable String prefer,
            @HeaderParam(IdempotencyKey.HEADER) @Nullable String idempotencyKey)
            throws IOException {
        if (parameters.charset == null) {
            parameters.charset = type.getParameters().get(CHARSET);
        }
        return answer(requests.arriving(body), parameters, prefer, idempotencyKey);
    }

    /** Takes a file as the part {@code file} of a form. */
    @POST
    @Path("/import")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(operationId = "importContactsForm", hidden = true)
    public Response importForm(
            @RestForm("file") @Nullable FileUpload file,
            @RestForm("mapping") @Nullable String mapping,
            @BeanParam ImportParameters parameters,
            @HeaderParam(PREFER) @Nullable String prefer,
            @HeaderParam(IdempotencyKey.HEADER) @Nullable String idempotencyKey)
            throws IOException {
        if (file == null) {
            throw Problems.invalid("/file", "is required: the part of the form that is the file");
        }
        if (parameters.mapping == null) {
            parameters.mapping = mapping;
        }
        try (InputStream body = Files.newInputStream(file.uploadedFile())) {
            return answer(body, parameters, prefer, idempotencyKey);
        }
    }

    /** The imports of the organization, the newest first. */
    @GET
    @Path("/imports")
    @Operation(summary = "List imports")
    public Page<ImportView> list(@BeanParam PageRequest page) {
        Viewer viewer = Viewer.of(caller);
        UUID before = page.after().map(ImportResource::position).orElse(NEWEST);
        return Page.of(
                imports.list(viewer, before, page.limit() + 1),
                page.limit(),
                view -> view.id().toString());
    }

    @GET
    @Path("/imports/{id}")
    @Operation(summary = "How far an import is, or what came of it")
    public ImportView get(@PathParam("id") UUID id) {
        return imports.get(Viewer.of(caller), id);
    }

    private Response answer(
            InputStream body, ImportParameters parameters, @Nullable String prefer, @Nullable String idempotencyKey)
            throws IOException {
        Viewer viewer = Viewer.of(caller);
        ImportOptions options = ImportOptions.of(parameters, json);
        if (ImportOptions.bool("preview", parameters.preview, false)) {
            return Response.ok(requests.preview(viewer, body, options)).build();
        }
        boolean waits = prefer == null || !prefer.contains("respond-async");
        ImportView view = requests.importFile(viewer, body, options, IdempotencyKey.of(idempotencyKey), waits);
        return Response.status(view.state() == ImportView.State.DONE ? 200 : 202)
                .header(HttpHeaders.LOCATION, "/v1/contacts/imports/" + view.id())
                .entity(view)
                .build();
    }

    private static UUID position(String cursor) {
        try {
            return Ids.parse(cursor);
        } catch (IllegalArgumentException e) {
            throw PageRequest.badCursor();
        }
    }
}
