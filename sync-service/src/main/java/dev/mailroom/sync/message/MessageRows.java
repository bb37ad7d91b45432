package dev.mailroom.sync.message;

import dev.mailroom.contracts.Message;
import dev.mailroom.sync.database.Json;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.database.Transaction;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** SQL of messages and copies, in bulk. */
final class MessageRows {
    /** Recipients of a message that shared addresses are looked for among. */
    static final int RECIPIENTS_MAX = 500;

    private MessageRows() {}

    /** What is known of a stored message when another copy of it arrives. */
    record Known(UUID conversation, long revision, Instant deliveredAt) {}

    static Map<UUID, Known> known(Sql sql, UUID organization, Collection<UUID> messages) {
        Map<UUID, Known> known = new HashMap<>();
        // By their ids alone: with the organization among the conditions the planner, as long as it has no statistics,
        // walks through all
        // messages of the organization.
        for (Row row : sql.query(
                "select id, organization_id, conversation_id, revision, delivered_at from message where id = any($1)",
                (Object) messages.toArray(UUID[]::new))) {
            if (organization.equals(row.getUUID("organization_id"))) {
                known.put(
                        row.getUUID("id"),
                        new Known(
                                row.getUUID("conversation_id"),
                                row.getLong("revision"),
                                row.getOffsetDateTime("delivered_at").toInstant()));
            }
        }
        return known;
    }

    /** A message to store. */
    record Fresh(IdentifiedArrival arrived, UUID conversation, long revision) {}

    static void insert(Transaction tx, UUID organization, List<Fresh> fresh) {
        if (fresh.isEmpty()) {
            return;
        }
        Columns columns = new Columns();
        fresh.forEach(columns::add);
        tx.send("""
                insert into message (id, organization_id, conversation_id, content_key, email_message_id, subject, from_address,
                                     preview, body, content, delivered_at, sent_at, size_bytes, partially_parsed, recipients, revision)
                select m.id, $1, m.conversation_id, m.content_key, m.email_message_id, m.subject, m.from_address, m.preview, m.body,
                       cast(m.content as jsonb), m.delivered_at, m.sent_at, m.size_bytes, m.partially_parsed,
                       string_to_array(m.recipients, E'\\n'), m.revision
                from unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                            $10::text[], $11::timestamptz[], $12::timestamptz[], $13::bigint[], $14::boolean[], $15::text[],
                            $16::bigint[])
                     as m (id, conversation_id, content_key, email_message_id, subject, from_address, preview, body, content,
                           delivered_at, sent_at, size_bytes, partially_parsed, recipients, revision)
                """, columns.parameters(organization));
    }

    /** Lower case, one in a line: an array of arrays would come out of unnest as one. */
    static String recipients(ParsedMessage message) {
        return Stream.concat(message.to().stream(), message.cc().stream())
                .limit(RECIPIENTS_MAX)
                .map(recipient -> ReplyAddresses.key(recipient.address()))
                .filter(address -> address.indexOf('\n') < 0)
                .distinct()
                .collect(Collectors.joining("\n"));
    }

    private static final class Columns {
        private final List<List<Object>> columns = new ArrayList<>();

        private Columns() {
            for (int i = 0; i < 15; i++) {
                columns.add(new ArrayList<>());
            }
        }

        private void add(Fresh message) {
            IdentifiedArrival arrived = message.arrived();
            Arrival arrival = arrived.arrival();
            ParsedMessage parsed = arrival.message();
            Instant sentAt = parsed.sentAt();
            put(0, arrived.id());
            put(1, message.conversation());
            put(2, Buffer.buffer(arrived.key().bytes()));
            put(3, parsed.emailMessageId());
            put(4, parsed.subject());
            put(5, parsed.from() == null ? null : parsed.from().address());
            put(6, parsed.preview());
            put(7, parsed.text());
            put(8, arrived.content());
            put(9, arrival.internalDate().atOffset(ZoneOffset.UTC));
            put(10, sentAt == null ? null : sentAt.atOffset(ZoneOffset.UTC));
            put(11, arrival.sizeBytes());
            put(12, parsed.partiallyParsed());
            put(13, arrived.recipients());
            put(14, message.revision());
        }

        @SuppressWarnings("NullAway") // a column may hold null, as its table says
        private void put(int column, @org.jspecify.annotations.Nullable Object value) {
            columns.get(column).add(value);
        }

        private Object[] parameters(UUID organization) {
            return new Object[] {
                organization,
                columns.get(0).toArray(UUID[]::new),
                columns.get(1).toArray(UUID[]::new),
                columns.get(2).toArray(Buffer[]::new),
                columns.get(3).toArray(String[]::new),
                columns.get(4).toArray(String[]::new),
                columns.get(5).toArray(String[]::new),
                columns.get(6).toArray(String[]::new),
                columns.get(7).toArray(String[]::new),
                columns.get(8).toArray(String[]::new),
                columns.get(9).toArray(OffsetDateTime[]::new),
                columns.get(10).toArray(OffsetDateTime[]::new),
                columns.get(11).toArray(Long[]::new),
                columns.get(12).toArray(Boolean[]::new),
                columns.get(13).toArray(String[]::new),
                columns.get(14).toArray(Long[]::new)
            };
        }
    }

    /**
     * A copy to store.
     *
     * @param messageAt when its message was delivered, which is not always when this copy of it was
     */
    record Placed(UUID message, Arrival arrival, Instant messageAt) {}

    static void insertCopies(
            Transaction tx, AccountScope scope, UUID mailbox, long uidValidity, List<Placed> copies, Instant now) {
        List<Long> uids = new ArrayList<>();
        List<UUID> messages = new ArrayList<>();
        List<String> flags = new ArrayList<>();
        List<Boolean> seen = new ArrayList<>();
        List<Boolean> flagged = new ArrayList<>();
        List<Long> modSeqs = new ArrayList<>();
        List<OffsetDateTime> dates = new ArrayList<>();
        List<OffsetDateTime> messageDates = new ArrayList<>();
        for (Placed copy : copies) {
            uids.add(copy.arrival().uid());
            messages.add(copy.message());
            flags.add(Flags.joined(copy.arrival().flags()));
            seen.add(Flags.has(copy.arrival().flags(), Flags.SEEN));
            flagged.add(Flags.has(copy.arrival().flags(), Flags.FLAGGED));
            modSeqs.add(copy.arrival().modSeq());
            dates.add(copy.arrival().internalDate().atOffset(ZoneOffset.UTC));
            messageDates.add(copy.messageAt().atOffset(ZoneOffset.UTC));
        }
        tx.send(
                """
                insert into copy (mailbox_id, uid_validity, account_id, uid, message_id, flags, seen, flagged, modseq, internal_date,
                                  created_at, message_at)
                select $1, $2, $3, c.uid, c.message, string_to_array(c.flags, ' '), c.seen, c.flagged, c.modseq, c.internal_date, $4,
                       c.message_at
                from unnest($5::bigint[], $6::uuid[], $7::text[], $8::boolean[], $9::boolean[], $10::bigint[], $11::timestamptz[],
                            $12::timestamptz[])
                     as c (uid, message, flags, seen, flagged, modseq, internal_date, message_at)
                on conflict (mailbox_id, uid_validity, uid) do update set vanished_at = null
                """,
                mailbox,
                uidValidity,
                scope.account(),
                now.atOffset(ZoneOffset.UTC),
                uids.toArray(Long[]::new),
                messages.toArray(UUID[]::new),
                flags.toArray(String[]::new),
                seen.toArray(Boolean[]::new),
                flagged.toArray(Boolean[]::new),
                modSeqs.toArray(Long[]::new),
                dates.toArray(OffsetDateTime[]::new),
                messageDates.toArray(OffsetDateTime[]::new));
        KnownElsewhere.name(tx, scope.account(), copies);
    }

    /** A message as its row keeps it. */
    record Stored(UUID id, long revision, Row row) {
        /** An event's picture of it. */
        Message picture(boolean unread, boolean flagged, List<String> labels) {
            StoredContent content = Json.read(row.getString("content"), StoredContent.class);
            OffsetDateTime sentAt = row.getOffsetDateTime("sent_at");
            return new Message(
                    id,
                    row.getUUID("conversation_id"),
                    row.getString("email_message_id"),
                    content.inReplyTo(),
                    content.references(),
                    row.getString("subject"),
                    row.getString("preview"),
                    row.getString("body"),
                    content.textTruncated(),
                    content.from(),
                    content.to(),
                    content.cc(),
                    content.bcc(),
                    content.replyTo(),
                    row.getOffsetDateTime("delivered_at").toInstant(),
                    sentAt == null ? null : sentAt.toInstant(),
                    row.getLong("size_bytes"),
                    unread,
                    flagged,
                    labels,
                    content.attachments(),
                    content.automation(),
                    row.getBoolean("partially_parsed"));
        }
    }

    static Map<UUID, Stored> stored(Sql sql, UUID organization, Collection<UUID> messages) {
        Map<UUID, Stored> stored = new HashMap<>();
        for (Row row : sql.query("""
                select id, conversation_id, revision, email_message_id, subject, preview, body, content::text as content, delivered_at,
                       sent_at, size_bytes, partially_parsed
                from message where organization_id = $1 and id = any($2)
                """, organization, messages.toArray(UUID[]::new))) {
            UUID id = row.getUUID("id");
            stored.put(id, new Stored(id, row.getLong("revision"), row));
        }
        return stored;
    }

    /** An event's picture of a message that just arrived. */
    static Message picture(
            UUID id, UUID conversation, Arrival arrival, boolean unread, boolean flagged, List<String> labels) {
        ParsedMessage parsed = arrival.message();
        return new Message(
                id,
                conversation,
                parsed.emailMessageId(),
                parsed.inReplyTo(),
                parsed.references(),
                parsed.subject(),
                parsed.preview(),
                parsed.text(),
                parsed.textTruncated(),
                parsed.from(),
                parsed.to(),
                parsed.cc(),
                parsed.bcc(),
                parsed.replyTo(),
                arrival.internalDate(),
                parsed.sentAt(),
                arrival.sizeBytes(),
                unread,
                flagged,
                labels,
                parsed.attachments(),
                parsed.automation(),
                parsed.partiallyParsed());
    }
}
