package dev.mailroom.sync.message;

import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.sync.database.Answer;
import dev.mailroom.sync.database.Transaction;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is stored that arriving messages have to do with. All of it is asked for at once, and waited for when it is needed. */
final class KnownBefore {
    /** Mail that was delivered this long before its account was connected is not new: some servers take the sender's date for it. */
    private static final Duration OLDER_THAN_ACCOUNT = Duration.ofDays(7);

    /** Mail that comes back is not new if it was delivered this long ago: somebody restored it. */
    private static final Duration OLD_FOR_A_RETURN = Duration.ofDays(7);

    /** Dates of servers have no fractions. */
    private static final Duration WHOLE_SECONDS = Duration.ofSeconds(1);

    private static final String MAILBOX = """
            select b.id as mailbox_id, b.path, b.role, a.provider_files_at, a.created_at from mailbox b join account a on a.id = b.account_id
            where b.id = $1
            """;

    /** One id after the other by the primary keys: joined, a planner without statistics reads all messages of the organization. */
    private static final String MESSAGES = """
            select i.id, m.conversation_id, m.revision, m.delivered_at, s.message_id is not null as sighted,
                   w.message_id is not null as waits,
                   m.id is not null and not exists (select 1 from copy c join account a on a.id = c.account_id
                                                    where c.message_id = i.id and not a.removed) as gone
            from unnest($3::uuid[]) as i (id)
            left join lateral (select id, organization_id, conversation_id, revision, delivered_at from message where id = i.id offset 0) m
                 on m.organization_id = $1
            left join lateral (select message_id from sighting where account_id = $2 and message_id = i.id offset 0) s on true
            left join lateral (select message_id from settling where account_id = $2 and message_id = i.id offset 0) w on true
            where m.id is not null or s.message_id is not null
            """;

    private static final String COPIES = """
            select c.message_id, c.mailbox_id, c.uid_validity, c.uid, c.seen, c.flagged, c.created_at, c.vanished_at, m.path, m.role
            from copy c join mailbox m on m.id = c.mailbox_id where c.message_id = any($1) and c.account_id = $2
            """;

    private final Map<UUID, MessageRows.Known> messages = new HashMap<>();
    private final Set<UUID> sighted = new HashSet<>();
    private final Set<UUID> waiting = new HashSet<>();
    private final Set<UUID> gone = new HashSet<>();
    private final @Nullable Instant providerFilesAt;
    private final @Nullable Instant connectedAt;
    private final CopyStates copies;
    private final AccountScope scope;

    private KnownBefore(
            List<Row> messageRows,
            CopyStates copies,
            AccountScope scope,
            @Nullable Instant providerFilesAt,
            @Nullable Instant connectedAt) {
        for (Row row : messageRows) {
            UUID id = row.getUUID("id");
            UUID conversation = row.getUUID("conversation_id");
            if (conversation != null) {
                messages.put(
                        id,
                        new MessageRows.Known(
                                conversation,
                                row.getLong("revision"),
                                row.getOffsetDateTime("delivered_at").toInstant()));
            }
            if (row.getBoolean("sighted")) {
                sighted.add(id);
            }
            if (row.getBoolean("waits")) {
                waiting.add(id);
            }
            if (row.getBoolean("gone")) {
                gone.add(id);
            }
        }
        this.copies = copies;
        this.scope = scope;
        this.providerFilesAt = providerFilesAt;
        this.connectedAt = connectedAt;
    }

    /** On its way. */
    record Asked(UUID account, UUID organization, Answer mailbox, Answer messages, Answer copies) {
        /** Waits. */
        KnownBefore known() {
            Map<UUID, Mailbox> mailboxes = new HashMap<>();
            mailbox.rows().forEach(row -> mailboxes.put(row.getUUID("mailbox_id"), mailboxOf(row)));
            List<Row> found = copies.rows();
            found.forEach(row -> mailboxes.computeIfAbsent(row.getUUID("mailbox_id"), id -> mailboxOf(row)));
            return new KnownBefore(
                    messages.rows(),
                    CopyStates.of(found),
                    new AccountScope(account, organization, mailboxes),
                    moment("provider_files_at"),
                    moment("created_at"));
        }

        private @Nullable Instant moment(String column) {
            return mailbox.rows().stream()
                    .map(row -> row.getOffsetDateTime(column))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .map(OffsetDateTime::toInstant)
                    .orElse(null);
        }
    }

    static Asked ask(Transaction tx, UUID account, UUID organization, UUID mailbox, Collection<UUID> messages) {
        UUID[] ids = messages.toArray(UUID[]::new);
        return new Asked(
                account,
                organization,
                tx.send(MAILBOX, mailbox),
                tx.send(MESSAGES, organization, account, ids),
                tx.send(COPIES, ids, account));
    }

    private static Mailbox mailboxOf(Row row) {
        String role = row.getString("role");
        return new Mailbox(
                row.getUUID("mailbox_id"),
                List.of(row.getArrayOfStrings("path")),
                role == null ? null : MailboxRole.valueOf(role.toUpperCase(Locale.ROOT)));
    }

    /** Messages that the organization has, from whichever account. */
    Map<UUID, MessageRows.Known> messages() {
        return messages;
    }

    /** Messages that the account was told of. */
    Set<UUID> sighted() {
        return sighted;
    }

    /** Messages that lie nowhere but in removed accounts, which are being emptied: whoever listened was told so, and has forgotten them. */
    Set<UUID> gone() {
        return gone;
    }

    /** Messages that came and that the account is not told of yet. */
    Set<UUID> waiting() {
        return waiting;
    }

    /** When the account's provider was last seen to file mail that had just come. */
    @Nullable
    Instant providerFilesAt() {
        return providerFilesAt;
    }

    /** Whether a message that came just now is history all the same, because it was delivered long before the account was connected. */
    boolean isOld(Instant delivered) {
        return connectedAt != null && delivered.isBefore(connectedAt.minus(OLDER_THAN_ACCOUNT));
    }

    /** The same of a message that the account had, and that somebody put back after it was gone from everywhere. */
    boolean isOldForAReturn(Instant delivered, Instant now) {
        return delivered.isBefore(now.minus(OLD_FOR_A_RETURN))
                || (connectedAt != null && delivered.isBefore(connectedAt.minus(WHOLE_SECONDS)));
    }

    /** Whether the account has, or was told of, one of the messages. */
    boolean knowsSome() {
        return !sighted.isEmpty() || !copies.isEmpty();
    }

    /**
     * Mailboxes that messages lie in besides, as far as anybody knows. Of one that is missing somewhere it is known where it came from, and of
     * one that waits nothing is told.
     */
    Set<UUID> liesBesides(Arrivals.Place place, List<IdentifiedArrival> arrivals) {
        Set<UUID> besides = new HashSet<>();
        for (IdentifiedArrival one : arrivals) {
            List<CopyStates.Copy> all = copies.all(one.id());
            boolean decided = waiting.contains(one.id())
                    || all.stream()
                            .anyMatch(copy -> !copy.present()
                                    || place.isOf(copy, one.arrival().uid()));
            if (!decided) {
                all.forEach(copy -> besides.add(copy.mailbox()));
            }
        }
        besides.remove(place.mailbox());
        return besides;
    }

    /** Where copies of the messages lie in the account. */
    CopyStates copies() {
        return copies;
    }

    /** The account with those of its mailboxes that matter here. */
    AccountScope scope() {
        return scope;
    }
}
