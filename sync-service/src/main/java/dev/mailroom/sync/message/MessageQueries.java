package dev.mailroom.sync.message;

import dev.mailroom.contracts.Message;
import dev.mailroom.http.PageRequest;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Json;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads messages of one organization; another's do not exist here. */
@Singleton
public class MessageQueries {
    private static final String COLUMNS = """
            m.id, m.conversation_id, m.email_message_id, m.subject, m.preview, m.body, m.content::text as content, m.delivered_at,
            m.sent_at, m.created_at, m.size_bytes, m.partially_parsed
            """;

    private static final OffsetDateTime LAST = OffsetDateTime.of(9999, 12, 31, 0, 0, 0, 0, ZoneOffset.UTC);

    private final Database database;

    @Inject
    public MessageQueries(Database database) {
        this.database = database;
    }

    /** What a list is narrowed to; null means not. */
    public record Filter(
            @Nullable UUID account,
            @Nullable UUID mailbox,
            @Nullable String emailMessageId,
            @Nullable UUID conversation) {}

    /** Newest first, one more than the limit if there are more. */
    public List<MessageView> list(UUID organization, Filter filter, Optional<String> after, int limit) {
        Position from = after.map(Position::of).orElse(new Position(LAST, new UUID(0, 0)));
        List<Row> rows = database.query(
                "select " + COLUMNS + """
                        from message m
                        where m.organization_id = $1 and (m.delivered_at, m.id) < ($2, $3)
                          and ($4::uuid is null or m.conversation_id = $4)
                          and ($5::text is null or m.email_message_id = $5)
                          and exists (select 1 from copy c where c.message_id = m.id and c.vanished_at is null
                                      and ($6::uuid is null or c.account_id = $6) and ($7::uuid is null or c.mailbox_id = $7))
                        order by m.delivered_at desc, m.id desc limit $8
                        """,
                organization,
                from.at(),
                from.id(),
                filter.conversation(),
                filter.emailMessageId(),
                filter.account(),
                filter.mailbox(),
                limit + 1);
        return views(organization, rows, false);
    }

    public Optional<MessageView> find(UUID organization, UUID message) {
        return database.first(
                        "select " + COLUMNS + " from message m where m.organization_id = $1 and m.id = $2",
                        organization,
                        message)
                .map(row -> views(organization, List.of(row), true).getFirst());
    }

    /** Where the next page begins. */
    public static String position(MessageView view) {
        return view.deliveredAt() + "|" + view.id();
    }

    private record Position(OffsetDateTime at, UUID id) {
        static Position of(String cursor) {
            String[] parts = cursor.split("\\|", 2);
            try {
                return new Position(
                        Instant.parse(parts[0]).atOffset(ZoneOffset.UTC), UUID.fromString(parts[parts.length - 1]));
            } catch (DateTimeException | IllegalArgumentException unreadable) {
                throw PageRequest.badCursor();
            }
        }
    }

    private List<MessageView> views(UUID organization, List<Row> rows, boolean withBody) {
        Map<UUID, List<MessageView.CopyView>> copies =
                copies(organization, rows.stream().map(row -> row.getUUID("id")).toList());
        List<MessageView> views = new ArrayList<>();
        rows.forEach(row -> views.add(view(row, copies.getOrDefault(row.getUUID("id"), List.of()), withBody)));
        return views;
    }

    private Map<UUID, List<MessageView.CopyView>> copies(UUID organization, Collection<UUID> messages) {
        Map<UUID, List<MessageView.CopyView>> copies = new HashMap<>();
        if (messages.isEmpty()) {
            return copies;
        }
        for (Row row : database.query("""
                select c.message_id, c.account_id, c.mailbox_id, b.path, b.role, c.seen, c.flagged
                from copy c join mailbox b on b.id = c.mailbox_id
                where b.organization_id = $1 and c.message_id = any($2) and c.vanished_at is null
                order by c.created_at, c.mailbox_id
                """, organization, messages.toArray(UUID[]::new))) {
            copies.computeIfAbsent(row.getUUID("message_id"), id -> new ArrayList<>())
                    .add(new MessageView.CopyView(
                            row.getUUID("account_id"),
                            row.getUUID("mailbox_id"),
                            List.of(row.getArrayOfStrings("path")),
                            row.getString("role"),
                            !row.getBoolean("seen"),
                            row.getBoolean("flagged")));
        }
        return copies;
    }

    private static MessageView view(Row row, List<MessageView.CopyView> copies, boolean withBody) {
        StoredContent content = Json.read(row.getString("content"), StoredContent.class);
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
                content.bcc(),
                content.replyTo(),
                content.attachments().stream().map(part -> attachment(id, part)).toList(),
                content.from(),
                row.getUUID("conversation_id"),
                row.getLong("size_bytes"),
                !copies.isEmpty() && copies.stream().allMatch(MessageView.CopyView::unread),
                copies.stream().anyMatch(MessageView.CopyView::flagged),
                copies.stream()
                        .filter(copy -> copy.role() == null)
                        .map(copy -> String.join("/", copy.path()))
                        .distinct()
                        .sorted()
                        .toList(),
                copies,
                row.getBoolean("partially_parsed"));
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
