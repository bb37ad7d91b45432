package dev.mailroom.sync.message;

import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Json;
import dev.mailroom.sync.database.Transaction;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Messages of which another copy was taken in before, by what the provider calls them in all their mailboxes: with Gmail a message lies in
 * All Mail and in each of its labels, and is fetched once.
 */
@Singleton
public class KnownElsewhere {
    private final Database database;

    @Inject
    public KnownElsewhere(Database database) {
        this.database = database;
    }

    /**
     * A message as its row keeps it.
     *
     * @param message without the digests of its parts, which the key stands for
     */
    public record Remembered(ContentKey key, ParsedMessage message) {}

    /**
     * What was read in part is left out: it is read again.
     *
     * @param providerIds names that the provider gave to messages of the account
     */
    public Map<Long, Remembered> of(UUID account, UUID organization, Collection<Long> providerIds) {
        Map<Long, Remembered> remembered = new HashMap<>();
        if (providerIds.isEmpty()) {
            return remembered;
        }
        for (Row row : database.query("""
                select p.provider_id, m.content_key, m.email_message_id, m.subject, m.preview, m.body, m.content::text as content, m.sent_at
                from provider_message p join message m on m.id = p.message_id
                where p.account_id = $1 and p.provider_id = any($2) and m.organization_id = $3 and not m.partially_parsed
                """, account, providerIds.toArray(Long[]::new), organization)) {
            remembered.put(row.getLong("provider_id"), remembered(row));
        }
        return remembered;
    }

    private static Remembered remembered(Row row) {
        StoredContent content = Json.read(row.getString("content"), StoredContent.class);
        OffsetDateTime sentAt = row.getOffsetDateTime("sent_at");
        ContentKey key = new ContentKey(
                HexFormat.of().formatHex(row.getBuffer("content_key").getBytes()));
        return new Remembered(
                key,
                new ParsedMessage(
                        row.getString("email_message_id"),
                        content.inReplyTo(),
                        content.references(),
                        row.getString("subject"),
                        content.from(),
                        content.to(),
                        content.cc(),
                        content.bcc(),
                        content.replyTo(),
                        sentAt == null ? null : sentAt.toInstant(),
                        row.getString("body"),
                        content.textTruncated(),
                        row.getString("preview"),
                        content.attachments(),
                        content.automation(),
                        List.of(),
                        "",
                        content.structure(),
                        null));
    }

    /** Notes what the provider calls the messages of copies that were just written. */
    static void name(Transaction tx, UUID account, List<MessageRows.Placed> copies) {
        List<MessageRows.Placed> named =
                copies.stream().filter(copy -> copy.arrival().providerId() != 0).toList();
        if (!named.isEmpty()) {
            tx.send(
                    """
                    insert into provider_message (account_id, provider_id, message_id)
                    select distinct on (n.provider_id) $1, n.provider_id, n.message_id
                    from unnest($2::bigint[], $3::uuid[]) as n (provider_id, message_id)
                    on conflict (account_id, provider_id) do update set message_id = excluded.message_id
                        where provider_message.message_id <> excluded.message_id
                    """,
                    account,
                    named.stream().map(copy -> copy.arrival().providerId()).toArray(Long[]::new),
                    named.stream().map(MessageRows.Placed::message).toArray(UUID[]::new));
        }
    }
}
