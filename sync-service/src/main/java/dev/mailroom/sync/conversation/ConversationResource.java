package dev.mailroom.sync.conversation;

import dev.mailroom.http.Caller;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.http.Problems;
import dev.mailroom.http.Roles;
import dev.mailroom.sync.database.Database;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Conversations over HTTP. */
@Path("/v1/conversations")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Conversations", description = "Messages that answer each other")
@RolesAllowed({Roles.OWNER, Roles.ADMIN, Roles.MEMBER})
@RunOnVirtualThread
public class ConversationResource {
    private static final OffsetDateTime LAST = OffsetDateTime.of(9999, 12, 31, 0, 0, 0, 0, ZoneOffset.UTC);

    /** Views and the role of the mailbox that makes them; an empty role means any mailbox. */
    private static final Map<String, String> ROLE_OF_VIEW =
            Map.of("inbox", "inbox", "trash", "trash", "spam", "junk", "all", "");

    private final Database database;
    private final Caller caller;

    @Inject
    ConversationResource(Database database, Caller caller) {
        this.database = database;
        this.caller = caller;
    }

    /** Newest activity first. */
    @GET
    @Operation(summary = "Conversations, newest activity first")
    public Page<ConversationView> list(
            @QueryParam("view") @DefaultValue("inbox") String view, @BeanParam PageRequest page) {
        String role = ROLE_OF_VIEW.get(view);
        if (role == null) {
            throw Problems.invalid("?view", "must be inbox, trash, spam or all");
        }
        OffsetDateTime at = LAST;
        UUID id = new UUID(0, 0);
        if (page.after().isPresent()) {
            String[] parts = page.after().get().split("\\|", 2);
            try {
                at = Instant.parse(parts[0]).atOffset(ZoneOffset.UTC);
                id = UUID.fromString(parts[parts.length - 1]);
            } catch (DateTimeException | IllegalArgumentException unreadable) {
                throw PageRequest.badCursor();
            }
        }
        List<ConversationView> rows = database.list(
                ConversationView::of,
                "select " + ConversationView.COLUMNS + """
                         from conversation v
                        where v.organization_id = $1 and v.merged_into is null and (v.last_activity_at, v.id) < ($2, $3)
                          and exists (select 1 from message m join copy c on c.message_id = m.id join mailbox b on b.id = c.mailbox_id
                                      where m.conversation_id = v.id and c.vanished_at is null and ($4 = '' or b.role = $4))
                        order by v.last_activity_at desc, v.id desc limit $5
                        """,
                caller.organization(),
                at,
                id,
                role,
                page.limit() + 1);
        return Page.of(rows, page.limit(), row -> row.lastActivityAt() + "|" + row.id());
    }

    /** One conversation; one that was merged says into which. */
    @GET
    @Path("/{id}")
    @Operation(summary = "One conversation")
    public ConversationView get(@PathParam("id") UUID id) {
        return database.first(
                        "select " + ConversationView.COLUMNS
                                + " from conversation where id = $1 and organization_id = $2",
                        id,
                        caller.organization())
                .map(ConversationView::of)
                .orElseThrow(() -> Problems.notFound("The conversation"));
    }
}
