package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.message.MessageParser;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** By what a message is known again where its UID says nothing any more. */
@Singleton
public class Fingerprints {
    /** Headers of one fetch. */
    private static final int HEADERS_MAX = 500;

    /** Messages that are compared to know a mailbox again: the oldest and the newest ones that are stored. */
    static final int SAMPLE_MAX = 10;

    private static final String STORED = """
            select c.uid, c.internal_date, m.email_message_id, m.sent_at, m.size_bytes from copy c join message m on m.id = c.message_id
            where c.mailbox_id = $1 and c.uid_validity = $2
            """;

    private final Database database;
    private final MessageParser parser;

    @Inject
    public Fingerprints(Database database, MessageParser parser) {
        this.database = database;
        this.parser = parser;
    }

    /**
     * A message's.
     *
     * @param sentAt what its Date says
     * @param internalSecond INTERNALDATE in seconds since 1970; 0 if unknown
     * @param size in bytes, as the server says it; 0 if unknown
     */
    record Fingerprint(
            @Nullable String emailMessageId, @Nullable Instant sentAt, long internalSecond, long size) {
        /** For servers that say another size after a while, or in another mailbox. */
        Fingerprint withoutSize() {
            return new Fingerprint(emailMessageId, sentAt, internalSecond, 0);
        }

        /** For servers that give out another INTERNALDATE after a while. Says nothing if the message has no Message-ID. */
        Fingerprint withoutArrival() {
            return emailMessageId == null ? withoutSize() : new Fingerprint(emailMessageId, sentAt, 0, 0);
        }
    }

    /** Of messages in the selected mailbox, by UID; those whose header is not answered are left out. */
    Map<Long, Fingerprint> ofServer(Link link, List<MessageSummary> server) throws MailException {
        Map<Long, Fingerprint> fingerprints = new HashMap<>();
        Map<Long, MessageSummary> byUid = new HashMap<>();
        server.forEach(summary -> byUid.put(summary.uid(), summary));
        List<Long> uids = server.stream().map(MessageSummary::uid).toList();
        for (int from = 0; from < uids.size(); from += HEADERS_MAX) {
            link.imap().fetchHeaders(uids.subList(from, Math.min(uids.size(), from + HEADERS_MAX)), header -> {
                MessageSummary summary = byUid.get(header.uid());
                if (summary != null) {
                    var parsed = parser.parseHeader(header.content());
                    fingerprints.put(
                            header.uid(),
                            new Fingerprint(
                                    parsed.emailMessageId(),
                                    parsed.sentAt(),
                                    second(summary.internalDate()),
                                    Math.max(0, summary.size())));
                }
            });
        }
        return fingerprints;
    }

    private static long second(@Nullable Instant instant) {
        return instant == null ? 0 : instant.getEpochSecond();
    }

    /** Of the copies of a mailbox under its UIDVALIDITY, by UID. */
    Map<Long, Fingerprint> stored(MailboxRow row) {
        return stored(row.id(), row.uidValidity());
    }

    Map<Long, Fingerprint> stored(UUID mailbox, long uidValidity) {
        Map<Long, Fingerprint> stored = new HashMap<>();
        database.query(STORED, mailbox, uidValidity).forEach(copy -> stored.put(copy.getLong("uid"), storedAs(copy)));
        return stored;
    }

    private static Fingerprint storedAs(Row copy) {
        var sentAt = copy.getOffsetDateTime("sent_at");
        return new Fingerprint(
                copy.getString("email_message_id"),
                sentAt == null ? null : sentAt.toInstant(),
                copy.getOffsetDateTime("internal_date").toEpochSecond(),
                copy.getLong("size_bytes"));
    }

    /** Whether one UID of the selected mailbox still means what it meant. One that is gone, or whose row is, says nothing. */
    public boolean isStill(Link link, UUID mailbox, long uidValidity, long uid) throws MailException {
        List<Fingerprint> before =
                database.list(Fingerprints::storedAs, STORED + " and c.uid = $3", mailbox, uidValidity, uid);
        List<Fingerprint> now = new ArrayList<>();
        link.imap().fetchHeaders(List.of(uid), header -> {
            if (header.uid() == uid) {
                var parsed = parser.parseHeader(header.content());
                now.add(new Fingerprint(parsed.emailMessageId(), parsed.sentAt(), 0, 0));
            }
        });
        if (before.isEmpty() || now.isEmpty()) {
            return true;
        }
        Fingerprint said = now.getFirst();
        if (said.emailMessageId() == null) {
            // Headers come without INTERNALDATE.
            link.imap().fetchSummaries(UidSet.of(List.of(uid)), summary -> {
                if (summary.uid() == uid) {
                    now.add(new Fingerprint(null, said.sentAt(), second(summary.internalDate()), 0));
                }
            });
        }
        return Objects.equals(before.getFirst().withoutArrival(), now.getLast().withoutArrival());
    }

    /** Whether all of these UIDs, of the selected mailbox, still mean what they meant. One that is gone says nothing. */
    boolean mean(Link link, MailboxRow row, Collection<Long> uids) throws MailException {
        return compared(link, row, uids).stream().allMatch(same -> same);
    }

    /** Whether the selected mailbox is the one that is stored: of the sample there is something left, and it is the same. */
    boolean isSame(Link link, MailboxRow row) throws MailException {
        List<Long> stored = stored(row).keySet().stream().sorted().toList();
        List<Long> sample = new ArrayList<>(stored.subList(0, Math.min(SAMPLE_MAX / 2, stored.size())));
        sample.addAll(stored.subList(Math.max(sample.size(), stored.size() - SAMPLE_MAX / 2), stored.size()));
        List<Boolean> compared = compared(link, row, sample);
        return !compared.isEmpty() && compared.stream().allMatch(same -> same);
    }

    private List<Boolean> compared(Link link, MailboxRow row, Collection<Long> uids) throws MailException {
        if (uids.isEmpty()) {
            return List.of();
        }
        List<MessageSummary> present = new ArrayList<>();
        link.imap().fetchSummaries(UidSet.of(uids), present::add);
        Map<Long, Fingerprint> stored = stored(row);
        List<Boolean> compared = new ArrayList<>();
        ofServer(link, present).forEach((uid, now) -> {
            Fingerprint before = stored.get(uid);
            if (before != null) {
                compared.add(Objects.equals(before.withoutArrival(), now.withoutArrival()));
            }
        });
        return compared;
    }
}
