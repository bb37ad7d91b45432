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
import io.vertx.mutiny.core.buffer.Buffer;
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
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    /** Bytes that are held at a time while a message is shown. */
    private static final int SLICE_BYTES = 1024 * 1024;

    private static final UUID FIRST = new UUID(0, 0);

    private final Database database;
    private final Caller caller;

    @Inject
    QuarantineResource(Database database, Caller caller) {
        this.database = database;
        this.caller = caller;
    }

    /**
     * One of them.
     *
     * @param detail what the server did, where it is to blame; null for other reasons
     * @param state {@code open}, {@code retrying} or {@code resolved}
     */
    public record View(
            UUID id,
            UUID account,
            UUID mailbox,
            long uidValidity,
            long uid,
            String reason,
            @Nullable String detail,
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
                    row.getString("detail"),
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

    private static final String COLUMNS =
            "id, account_id, mailbox_id, uid_validity, uid, reason, detail, state, attempts, "
                    + "raw is not null as raw_kept, created_at";

    private static final String RAW = "select substring(q.raw from $5::int for $6::int) as slice from quarantine q "
            + "join account a on a.id = q.account_id where q.id = $4 and q.raw is not null and q.organization_id = $1 and "
            + Access.inspects("a", 1) + " and " + Access.reads("a", "$2");

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

    /** The bytes of a message that could not be read or stored, for whoever may read the account's mail. */
    @GET
    @Path("/{id}/raw")
    @Produces("message/rfc822")
    @Operation(
            summary = "The bytes of a message in quarantine, where they are known; of a very large one the beginning")
    public Response raw(@PathParam("id") UUID id) {
        Viewer viewer = Viewer.of(caller);
        Buffer first = slice(viewer, id, 0).orElseThrow(() -> Problems.notFound("The message in quarantine"));
        StreamingOutput body = out -> {
            int at = 0;
            for (Buffer slice = first; slice.length() > 0; ) {
                out.write(slice.getBytes());
                at += slice.length();
                slice = slice(viewer, id, at).orElseGet(Buffer::buffer);
            }
        };
        return Response.ok(body)
                .header("Content-Disposition", FileName.disposition("attachment", "message.eml"))
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "default-src 'none'; sandbox")
                .build();
    }

    private Optional<Buffer> slice(Viewer viewer, UUID id, int from) {
        return database.reading(
                        viewer.organization(),
                        sql -> sql.first(
                                RAW, viewer.organization(), viewer.user(), viewer.manager(), id, from + 1, SLICE_BYTES))
                .map(row -> row.getBuffer("slice"));
    }

    /** Has a message tried again by the next look at its account. */
    @POST
    @Path("/{id}/retry")
    @Operation(
            summary = "Try a message again",
            description =
                    "It is tried by the next look at all mailboxes of its account, within two minutes while the account is live.")
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
