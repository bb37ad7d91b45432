package dev.mailroom.sync.message;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.sync.database.Database;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Messages that could not be taken in. */
@Path("/v1/quarantine")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Quarantine", description = "Messages that could not be taken in")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class QuarantineResource {
    private static final UUID FIRST = new UUID(0, 0);

    private final Database database;
    private final Caller caller;

    @Inject
    QuarantineResource(Database database, Caller caller) {
        this.database = database;
        this.caller = caller;
    }

    /** @param state {@code open}, {@code retrying} or {@code resolved} */
    public record View(
            UUID id,
            UUID account,
            UUID mailbox,
            long uidValidity,
            long uid,
            String reason,
            String state,
            int attempts,
            boolean rawKept,
            Instant createdAt) {
        static View of(Row row) {
            return new View(
                    row.getUUID("id"),
                    row.getUUID("account_id"),
                    row.getUUID("mailbox_id"),
                    row.getLong("uid_validity"),
                    row.getLong("uid"),
                    row.getString("reason"),
                    row.getString("state"),
                    row.getInteger("attempts"),
                    row.getBoolean("raw_kept"),
                    row.getOffsetDateTime("created_at").toInstant());
        }
    }

    private static final String COLUMNS = "id, account_id, mailbox_id, uid_validity, uid, reason, state, attempts, "
            + "raw is not null as raw_kept, created_at";

    /** What is in quarantine. */
    @GET
    @Operation(summary = "What is in quarantine")
    public Page<View> list(@QueryParam("account") @Nullable UUID account, @BeanParam PageRequest page) {
        UUID after;
        try {
            after = page.after().map(UUID::fromString).orElse(FIRST);
        } catch (IllegalArgumentException unreadable) {
            throw PageRequest.badCursor();
        }
        List<View> rows = database.list(
                View::of,
                "select " + COLUMNS
                        + " from quarantine where organization_id = $1 and ($2::uuid is null or account_id = $2) "
                        + "and id > $3 and state <> 'resolved' order by id limit $4",
                caller.organization(),
                account,
                after,
                page.limit() + 1);
        return Page.of(rows, page.limit(), row -> row.id().toString());
    }

    /** Has a message tried again by the next look at its account. */
    @POST
    @Path("/{id}/retry")
    @Operation(summary = "Try a message again")
    public Response retry(@PathParam("id") UUID id) {
        View view = database.first(
                        "update quarantine set state = 'retrying', updated_at = now() where id = $1 and organization_id = $2 "
                                + "and state <> 'resolved' returning " + COLUMNS,
                        id,
                        caller.organization())
                .map(View::of)
                .orElseThrow(() -> Problems.notFound("The message in quarantine"));
        return Response.accepted(view).build();
    }
}
