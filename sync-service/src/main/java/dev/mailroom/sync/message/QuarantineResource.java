package dev.mailroom.sync.message;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.sync.access.Access;
import dev.mailroom.sync.access.Viewer;
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

    /** Of an account that the viewer may see: whoever helps others needs to know what is stuck, and nothing of what it says. */
    private static final String INSPECTED =
            "q.organization_id = $1 and exists (select 1 from account a where a.id = q.account_id and "
                    + Access.inspects("a", 1) + ")";

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
        Viewer viewer = Viewer.of(caller);
        List<View> rows = database.reading(
                viewer.organization(),
                sql -> sql.list(
                        View::of,
                        "select " + COLUMNS + " from quarantine q where " + INSPECTED
                                + " and ($4::uuid is null or account_id = $4) "
                                + "and id > $5 and state <> 'resolved' order by id limit $6",
                        viewer.organization(),
                        viewer.user(),
                        viewer.manager(),
                        account,
                        after,
                        page.limit() + 1));
        return Page.of(rows, page.limit(), row -> row.id().toString());
    }

    /** Has a message tried again by the next look at its account. */
    @POST
    @Path("/{id}/retry")
    @Operation(summary = "Try a message again")
    public Response retry(@PathParam("id") UUID id) {
        Viewer viewer = Viewer.of(caller);
        View view = database.forOrganization(
                        viewer.organization(),
                        tx -> tx.first(
                                "update quarantine q set state = 'retrying', updated_at = now() where id = $4 and "
                                        + INSPECTED + " and state <> 'resolved' returning " + COLUMNS,
                                viewer.organization(),
                                viewer.user(),
                                viewer.manager(),
                                id))
                .map(View::of)
                .orElseThrow(() -> Problems.notFound("The message in quarantine"));
        return Response.accepted(view).build();
    }
}
