package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.FetchedMessage;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** By what a message is known again where its UID says nothing any more. */
@Singleton
public class Fingerprints {
    /** Messages that are compared to know a mailbox again: the oldest and the newest ones that are stored. */
    static final int SAMPLE_MAX = 10;

    private static final String STORED = """
            select c.uid, c.internal_date, m.email_message_id, m.sent_at, m.size_bytes from copy c join message m on m.id = c.message_id
            where c.mailbox_id = $1 and c.uid_validity = $2
            """;

    private final Database database;
    private final MessageParser parser;
    private final FetchFailures failures;
    private final Summaries summaries;

    @Inject
    public Fingerprints(Database database, MessageParser parser, FetchFailures failures, Summaries summaries) {
        this.database = database;
        this.parser = parser;
        this.failures = failures;
        this.summaries = summaries;
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

    /** Of messages in the selected mailbox, by UID; those whose header is not answered, or cannot be asked for, are left out. */
    Map<Long, Fingerprint> ofServer(Link link, FetchFailures.Place place, List<MessageSummary> server)
            throws MailException {
        Map<Long, Fingerprint> fingerprints = new HashMap<>();
        Map<Long, MessageSummary> byUid = new HashMap<>();
        server.forEach(summary -> byUid.put(summary.uid(), summary));
        Map<Long, Integer> suspects = failures.of(place);
        List<Long> trusted = byUid.keySet().stream()
                .filter(uid -> !suspects.containsKey(uid))
                .sorted()
                .toList();
        List<List<Long>> pieces = new ArrayList<>(BulkFetch.HEADERS.pieces(trusted, suspects));
        byUid.keySet().stream()
                .filter(uid -> FetchFailures.isAlone(suspects, uid))
                .forEach(uid -> pieces.add(List.of(uid)));
        for (List<Long> piece : pieces) {
            headers(link, place, piece, header -> {
                MessageSummary summary = byUid.get(header.uid());
                if (summary != null) {
                    var parsed = parser.parseHeader(header.content());
                    Instant date =
                            summary.internalDate() == null ? header.summary().internalDate() : summary.internalDate();
                    long size = summary.size() < 0 ? header.summary().size() : summary.size();
                    fingerprints.put(
                            header.uid(),
                            new Fingerprint(parsed.emailMessageId(), parsed.sentAt(), second(date), Math.max(0, size)));
                }
            });
        }
        failures.passed(place, BulkFetch.HEADERS, trusted.size());
        return fingerprints;
    }

    private void headers(Link link, FetchFailures.Place place, List<Long> uids, Consumer<FetchedMessage> consumer)
            throws MailException {
        Set<Long> answered = new HashSet<>();
        try {
            link.imap().fetchHeaders(uids, header -> {
                answered.add(header.uid());
                consumer.accept(header);
            });
        } catch (MailException failure) {
            throw failures.blame(place, BulkFetch.HEADERS, uids, answered, failure);
        }
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
        FetchFailures.Place place = new FetchFailures.Place(mailbox, uidValidity);
        if (before.isEmpty() || failures.of(place).getOrDefault(uid, 0) >= FetchFailures.TRIES_MAX) {
            return true;
        }
        List<Fingerprint> now = new ArrayList<>();
        headers(link, place, List.of(uid), header -> {
            if (header.uid() == uid) {
                var parsed = parser.parseHeader(header.content());
                now.add(new Fingerprint(parsed.emailMessageId(), parsed.sentAt(), 0, 0));
            }
        });
        if (now.isEmpty()) {
            return true;
        }
        Fingerprint said = now.getFirst();
        if (said.emailMessageId() == null) {
            // Headers come without INTERNALDATE.
            for (MessageSummary summary : summaries.of(link, place, UidSet.of(List.of(uid)))) {
                if (summary.internalDate() == null) {
                    return true;
                }
                now.add(new Fingerprint(null, said.sentAt(), second(summary.internalDate()), 0));
            }
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
        FetchFailures.Place place = new FetchFailures.Place(row.id(), row.uidValidity());
        List<MessageSummary> present = summaries.of(link, place, UidSet.of(uids));
        Map<Long, Fingerprint> stored = stored(row);
        List<Boolean> compared = new ArrayList<>();
        ofServer(link, place, present).forEach((uid, now) -> {
            Fingerprint before = stored.get(uid);
            if (before != null) {
                compared.add(Objects.equals(before.withoutArrival(), now.withoutArrival()));
            }
        });
        return compared;
    }
}
