package dev.mailroom.sync.message;

import dev.mailroom.contracts.Message;
import dev.mailroom.http.Page;
import dev.mailroom.http.PageRequest;
import dev.mailroom.sync.access.Access;
import dev.mailroom.sync.access.Grants;
import dev.mailroom.sync.access.Timeline;
import dev.mailroom.sync.access.Viewer;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Json;
import dev.mailroom.sync.database.Sql;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads messages as a viewer may see them: what he may not see does not exist here. */
@Singleton
public class MessageQueries {
    private static final String COLUMNS = """
            m.id, m.conversation_id, m.email_message_id, m.subject, m.preview, m.body, m.content::text as content, m.delivered_at,
            m.sent_at, m.created_at, m.size_bytes, m.partially_parsed
            """;

    /** Of the messages of $2 those that have a copy in the mailbox $3, or in any if that is null. */
    private static final String OF_WALK = "select " + COLUMNS + """
            from message m
            where m.organization_id = $1 and m.id = any($2)
              and exists (select 1 from copy c where c.message_id = m.id and c.vanished_at is null
                          and ($3::uuid is null or c.mailbox_id = $3) and %s)
            order by m.delivered_at desc, m.id desc
            """.formatted(Grants.sees("c", "m", 4));

    /** By what few messages share: a conversation, a Message-ID. */
    private static final String OF_FEW = "select " + COLUMNS + """
            from message m
            where m.organization_id = $1 and (m.delivered_at, m.id) < ($2, $3)
              and %%s = $4
              and exists (select 1 from copy c where c.message_id = m.id and c.vanished_at is null
                          and ($5::uuid is null or c.mailbox_id = $5) and %s)
            order by m.delivered_at desc, m.id desc limit $6
            """.formatted(Grants.sees("c", "m", 7));

    /** Also one that is missed where it lay: it may have been moved, and nobody was told that it is gone. */
    private static final String ONE = "select " + COLUMNS + """
            from message m
            where m.organization_id = $1 and m.id = $2
              and exists (select 1 from copy c where c.message_id = m.id and %s)
            """.formatted(Grants.sees("c", "m", 3));

    /** One that is missed counts as long as the account has no other. */
    private static final String COPIES = """
            select c.message_id, c.account_id, c.mailbox_id, b.path, b.role, c.seen, c.flagged
            from copy c join mailbox b on b.id = c.mailbox_id join message m on m.id = c.message_id
            where b.organization_id = $1 and c.message_id = any($2) and %s
              and (c.vanished_at is null or not exists (select 1 from copy other where other.message_id = c.message_id
                                                        and other.account_id = c.account_id and other.vanished_at is null))
            order by c.created_at, c.mailbox_id
            """.formatted(Grants.sees("c", "m", 3));

    private final Database database;
    private final Access access;
    private final Timeline timeline;

    @Inject
    public MessageQueries(Database database, Access access, Timeline timeline) {
        this.database = database;
        this.access = access;
        this.timeline = timeline;
    }

    /** What a list is narrowed to; null means not. */
    public record Filter(
            @Nullable UUID account,
            @Nullable UUID mailbox,
            @Nullable String emailMessageId,
            @Nullable UUID conversation) {}

    /** Newest first. A page may be short of its limit and still have a next one. */
    public Page<MessageView> page(Viewer viewer, Filter filter, PageRequest page) {
        return database.reading(viewer.organization(), sql -> page(sql, viewer, filter, page));
    }

    Page<MessageView> page(Sql sql, Viewer viewer, Filter filter, PageRequest page) {
        Grants all = access.grants(sql, viewer);
        Grants grants = filter.account() == null ? all : all.only(filter.account());
        if (grants.isEmpty()) {
            return new Page<>(List.of(), null);
        }
        if (filter.conversation() != null) {
            return ofFew(sql, viewer, grants, "m.conversation_id", filter.conversation(), filter, page);
        }
        if (filter.emailMessageId() != null) {
            return ofFew(sql, viewer, grants, "m.email_message_id", filter.emailMessageId(), filter, page);
        }
        UUID mailbox = filter.mailbox();
        Timeline.Source source = mailbox == null
                ? new Timeline.Source.Accounts(viewer.organization(), grants.reachable())
                : new Timeline.Source.Mailboxes(viewer.organization(), List.of(mailbox));
        // Whom only an address is shared with does not know the mailboxes of its account.
        Grants seen = mailbox == null ? grants : new Grants(grants.accounts(), List.of());
        Page<Row> rows = timeline.page(
                sql,
                source,
                page,
                ids -> sql.query(OF_WALK, seen.with(viewer.organization(), ids.toArray(UUID[]::new), mailbox)),
                row -> new Timeline.Position(row.getOffsetDateTime("delivered_at"), row.getUUID("id")));
        return new Page<>(views(sql, viewer, all, rows.data(), false), rows.next());
    }

    private static Page<MessageView> ofFew(
            Sql sql, Viewer viewer, Grants grants, String column, Object value, Filter filter, PageRequest page) {
        Timeline.Position from = Timeline.Position.after(page);
        List<Row> rows = sql.query(
                OF_FEW.formatted(column),
                grants.with(viewer.organization(), from.at(), from.id(), value, filter.mailbox(), page.limit() + 1));
        return Page.of(
                views(sql, viewer, grants, rows, false),
                page.limit(),
                view -> Timeline.Position.of(view.deliveredAt(), view.id()).toString());
    }

    /** One message with its text, if a copy of it may be seen. */
    public Optional<MessageView> find(Viewer viewer, UUID message) {
        return database.reading(viewer.organization(), sql -> {
            Grants grants = access.grants(sql, viewer);
            return sql.first(ONE, grants.with(viewer.organization(), message))
                    .map(row -> views(sql, viewer, grants, List.of(row), true).getFirst());
        });
    }

    private static List<MessageView> views(Sql sql, Viewer viewer, Grants grants, List<Row> rows, boolean withBody) {
        Map<UUID, List<MessageView.CopyView>> copies = copies(
                sql, viewer, grants, rows.stream().map(row -> row.getUUID("id")).toList());
        List<StoredContent> contents = rows.stream()
                .map(row -> Json.read(row.getString("content"), StoredContent.class))
                .toList();
        ReplyAddresses replies = ReplyAddresses.read(sql, grants, contents, copies.values());
        List<MessageView> views = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            List<MessageView.CopyView> seen = copies.getOrDefault(rows.get(i).getUUID("id"), List.of());
            MessageView.ReplyFromView reply = replies.of(contents.get(i), seen);
            views.add(view(rows.get(i), contents.get(i), seen, reply, withBody));
        }
        return views;
    }

    private static Map<UUID, List<MessageView.CopyView>> copies(
            Sql sql, Viewer viewer, Grants grants, Collection<UUID> messages) {
        Map<UUID, List<MessageView.CopyView>> copies = new HashMap<>();
        if (messages.isEmpty()) {
            return copies;
        }
        for (Row row : sql.query(COPIES, grants.with(viewer.organization(), messages.toArray(UUID[]::new)))) {
            UUID account = row.getUUID("account_id");
            boolean unread = !row.getBoolean("seen");
            boolean flagged = row.getBoolean("flagged");
            // Whom only an address is shared with does not learn where the account keeps its mail.
            MessageView.CopyView copy = grants.accounts().contains(account)
                    ? new MessageView.CopyView(
                            account,
                            row.getUUID("mailbox_id"),
                            List.of(row.getArrayOfStrings("path")),
                            row.getString("role"),
                            unread,
                            flagged)
                    : new MessageView.CopyView(account, null, List.of(), null, unread, flagged);
            copies.computeIfAbsent(row.getUUID("message_id"), id -> new ArrayList<>())
                    .add(copy);
        }
        return copies;
    }

    private static MessageView view(
            Row row,
            StoredContent content,
            List<MessageView.CopyView> copies,
            MessageView.@Nullable ReplyFromView replyFrom,
            boolean withBody) {
        UUID id = row.getUUID("id");
        OffsetDateTime sent = row.getOffsetDateTime("sent_at");
        return new MessageView(
                id,
                "email",
                row.getString("subject"),
                row.getString("preview"),
                withBody ? row.getString("body") : null,
                content.textTruncated(),
                row.getOffsetDateTime("delivered_at").toInstant(),
                sent == null ? null : sent.toInstant(),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getString("email_message_id"),
                content.inReplyTo(),
                content.references(),
                content.from(),
                content.to(),
                content.cc(),
                hasSent(copies) ? content.bcc() : List.of(),
                content.replyTo(),
                content.attachments().stream().map(part -> attachment(id, part)).toList(),
                content.from(),
                row.getUUID("conversation_id"),
                row.getLong("size_bytes"),
                !copies.isEmpty() && copies.stream().allMatch(MessageView.CopyView::unread),
                copies.stream().anyMatch(MessageView.CopyView::flagged),
                copies.stream()
                        .filter(copy -> copy.mailbox() != null && copy.role() == null)
                        .map(copy -> String.join("/", copy.path()))
                        .distinct()
                        .sorted()
                        .toList(),
                copies,
                row.getBoolean("partially_parsed"),
                content.shortfall(),
                withBody ? content.structure() : null,
                replyFrom);
    }

    /** The blind recipients stand only in the sender's copy, whose header the row may have: nobody else is to see them. */
    private static boolean hasSent(List<MessageView.CopyView> copies) {
        return copies.stream().anyMatch(copy -> "sent".equals(copy.role()) || "drafts".equals(copy.role()));
    }

    private static MessageView.AttachmentView attachment(UUID message, Message.Attachment part) {
        String[] type = part.mediaType().split("/", 2);
        String filename = part.filename();
        int dot = filename == null ? -1 : filename.lastIndexOf('.');
        return new MessageView.AttachmentView(
                part.part(),
                filename,
                filename == null || dot < 1 ? null : filename.substring(dot + 1).toLowerCase(Locale.ROOT),
                type[0],
                type.length > 1 ? type[1] : "octet-stream",
                part.sizeBytes(),
                "/v1/messages/" + message + "/attachments/" + part.part());
    }
}
