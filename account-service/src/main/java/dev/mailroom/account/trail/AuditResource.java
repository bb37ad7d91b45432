package dev.mailroom.account.trail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.http.Caller;
import dev.mailroom.http.Ids;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The audit log over HTTP. */
@Path("/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Audit", description = "Who changed what")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.OPERATOR})
public class AuditResource {
    private static final int ACTION_MAX_CHARACTERS = 60;
    private static final Pattern ACTION = Pattern.compile("[a-z_]+(\\.[a-z_]+)+");
    private static final Pattern CANONICAL_ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final AuditTrail trail;
    private final Caller caller;
    private final ObjectMapper json;

    AuditResource(AuditTrail trail, Caller caller, ObjectMapper json) {
        this.trail = trail;
        this.caller = caller;
        this.json = json;
    }

    /** Entries of the caller's organization; for an operator, those of the installation as a whole. */
    @GET
    @RunOnVirtualThread
    @Operation(summary = "Who changed what, newest first")
    @APIResponse(responseCode = "200", description = "Entries, newest first")
    @APIResponse(responseCode = "400", description = "invalid-input: which parameter is not one")
    public Page<AuditView> list(
            @Parameter(description = "Id of an account, alias, team, …", schema = @Schema(format = "uuid"))
                    @QueryParam("subject")
                    @Nullable
                    String subject,
            @Parameter(description = "Id of a user", schema = @Schema(format = "uuid")) @QueryParam("actor") @Nullable
                    String actor,
            @Parameter(example = "account.changed") @QueryParam("action") @Nullable String action,
            @Parameter(description = "RFC 3339", example = "2026-01-01T00:00:00Z") @QueryParam("from") @Nullable
                    String from,
            @Parameter(description = "RFC 3339, not included") @QueryParam("to") @Nullable String to,
            @BeanParam PageRequest page) {
        var question = new AuditTrail.Question(
                id("?subject", subject),
                id("?actor", actor),
                action(action),
                time("?from", from),
                time("?to", to),
                page.after().map(AuditResource::position).orElse(null));
        int limit = page.limit();
        List<Object[]> rows = caller.is(Roles.OPERATOR)
                ? trail.ofInstallation(question, limit + 1)
                : trail.ofOrganization(caller.organization(), question, limit + 1);
        return Page.of(rows, limit, row -> row[0].toString()).map(this::view);
    }

    private AuditView view(Object[] row) {
        String roles = (String) row[4];
        return new AuditView(
                (UUID) row[0],
                instant(row[1]),
                new AuditView.Actor(
                        (String) row[2], (UUID) row[3], roles.isEmpty() ? List.of() : List.of(roles.split(","))),
                (String) row[5],
                new AuditView.Subject((String) row[6], (UUID) row[7]),
                changes((String) row[8]),
                (String) row[9]);
    }

    private JsonNode changes(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL keeps only valid JSON", e);
        }
    }

    private static Instant instant(Object value) {
        return value instanceof Instant instant ? instant : ((OffsetDateTime) value).toInstant();
    }

    private static @Nullable UUID id(String pointer, @Nullable String value) {
        if (value == null) {
            return null;
        }
        if (!CANONICAL_ID.matcher(value).matches()) {
            throw Problems.invalid(pointer, "must be a UUID");
        }
        return Ids.parse(value);
    }

    private static @Nullable String action(@Nullable String value) {
        if (value != null
                && (value.length() > ACTION_MAX_CHARACTERS
                        || !ACTION.matcher(value).matches())) {
            throw Problems.invalid("?action", "must be an action like account.changed");
        }
        return value;
    }

    private static @Nullable Instant time(String pointer, @Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeParseException e) {
            throw Problems.invalid(pointer, "must be an RFC 3339 time like 2026-01-01T00:00:00Z");
        }
    }

    private static UUID position(String cursor) {
        if (!CANONICAL_ID.matcher(cursor).matches()) {
            throw PageRequest.badCursor();
        }
        return Ids.parse(cursor);
    }
}
