package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.message.MessageParser;
import dev.mailroom.sync.ownership.FencedWrites;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds the messages of a mailbox again after the server gave all of them new UIDs (another UIDVALIDITY).
 *
 * <p>A stored copy and a message of the server are the same if Message-ID, sender's date and INTERNALDATE agree; the row gets the new UID
 * and nothing is told but one {@code mailbox.reset}. What the server has and nobody knew is new mail if it came since the last look, else
 * history. What nobody finds again has vanished.
 */
@Singleton
public class MailboxReset {
    private static final int HEADERS_MAX = 500;

    /** Mail that came this long before the last look and is not known counts as new: clocks of servers differ. */
    private static final Duration OVERLAP = Duration.ofHours(1);

    private static final Logger LOG = Logger.getLogger(MailboxReset.class);

    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final MessageParser parser;
    private final Clock clock;
    private final MeterRegistry metrics;

    @Inject
    public MailboxReset(
            Database database,
            FencedWrites writes,
            Mailboxes mailboxes,
            MessageParser parser,
            Clock clock,
            MeterRegistry metrics) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.parser = parser;
        this.clock = clock;
        this.metrics = metrics;
    }

    private record Fingerprint(
            @Nullable String emailMessageId, @Nullable Instant sentAt, long internalSecond) {}

    /** Re-links the selected mailbox. What is left to fetch is what nobody knew. */
    MailboxLook.Found relink(Link link, MailboxRow row, SelectedMailbox selected) throws MailException {
        List<MessageSummary> server = new ArrayList<>();
        link.imap().fetchSummaries(UidSet.ALL, server::add);
        Map<Long, Fingerprint> fingerprints = fingerprints(link, server);
        Map<Fingerprint, Deque<Long>> stored = stored(row);
        Map<Long, Long> newUidOf = new HashMap<>();
        List<MessageSummary> unknown = new ArrayList<>();
        for (MessageSummary summary : server) {
            Deque<Long> candidates = stored.get(fingerprints.get(summary.uid()));
            if (candidates == null || candidates.isEmpty()) {
                unknown.add(summary);
            } else {
                newUidOf.put(candidates.removeFirst(), summary.uid());
            }
        }
        Instant since = row.checkedAt() == null ? Instant.MAX : row.checkedAt().minus(OVERLAP);
        List<MessageSummary> fresh = unknown.stream()
                .filter(summary -> summary.internalDate() != null
                        && !summary.internalDate().isBefore(since))
                .sorted(java.util.Comparator.comparingLong(MessageSummary::uid))
                .toList();
        write(
                link,
                row,
                selected,
                newUidOf,
                fresh.isEmpty()
                        ? LiveBoundary.after(selected.uidNext(), server)
                        : fresh.getFirst().uid());
        metrics.counter("mailroom_sync_uidvalidity_resets_total").increment();
        LOG.infof(
                "account=%s mailbox=%s uidvalidity %d to %d: relinked=%d new=%d",
                link.accountId(), row.id(), row.uidValidity(), selected.uidValidity(), newUidOf.size(), fresh.size());
        MailboxRow now = mailboxes.find(database, row.id()).orElse(row);
        return new MailboxLook.Found(now, selected, fresh);
    }

    private Map<Long, Fingerprint> fingerprints(Link link, List<MessageSummary> server) throws MailException {
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
                            new Fingerprint(parsed.emailMessageId(), parsed.sentAt(), second(summary.internalDate())));
                }
            });
        }
        return fingerprints;
    }

    private static long second(@Nullable Instant instant) {
        return instant == null ? 0 : instant.getEpochSecond();
    }

    private Map<Fingerprint, Deque<Long>> stored(MailboxRow row) {
        Map<Fingerprint, Deque<Long>> stored = new HashMap<>();
        for (Row copy : database.query("""
                select c.uid, c.internal_date, m.email_message_id, m.sent_at from copy c join message m on m.id = c.message_id
                where c.mailbox_id = $1 and c.uid_validity = $2 order by c.uid
                """, row.id(), row.uidValidity())) {
            var sentAt = copy.getOffsetDateTime("sent_at");
            Fingerprint fingerprint = new Fingerprint(
                    copy.getString("email_message_id"),
                    sentAt == null ? null : sentAt.toInstant(),
                    copy.getOffsetDateTime("internal_date").toEpochSecond());
            stored.computeIfAbsent(fingerprint, same -> new ArrayDeque<>()).add(copy.getLong("uid"));
        }
        return stored;
    }

    private void write(Link link, MailboxRow row, SelectedMailbox selected, Map<Long, Long> newUidOf, long liveFrom) {
        Set<Long> before = new HashSet<>(newUidOf.keySet());
        writes.write(link.fence(), tx -> {
            tx.execute(
                    """
                    update copy set uid_validity = $3, uid = r.fresh, modseq = 0, vanished_at = null
                    from unnest($4::bigint[], $5::bigint[]) as r (stale, fresh)
                    where copy.mailbox_id = $1 and copy.uid_validity = $2 and copy.uid = r.stale
                    """,
                    row.id(),
                    row.uidValidity(),
                    selected.uidValidity(),
                    before.toArray(Long[]::new),
                    before.stream().map(newUidOf::get).toArray(Long[]::new));
            tx.execute(
                    "update copy set vanished_at = coalesce(vanished_at, $3) where mailbox_id = $1 and uid_validity = $2",
                    row.id(),
                    row.uidValidity(),
                    clock.instant().atOffset(ZoneOffset.UTC));
            tx.execute(
                    "delete from quarantine where mailbox_id = $1 and uid_validity = $2", row.id(), row.uidValidity());
            tell(tx, link, row, selected, newUidOf.size(), liveFrom);
            return null;
        });
    }

    private static void tell(
            Transaction tx, Link link, MailboxRow row, SelectedMailbox selected, long relinked, long liveFrom) {
        // Nothing of the old numbers is left: the import looks at the whole mailbox again and finds what it has.
        tx.execute("""
                update mailbox set uid_validity = $2, uid_next = $3, live_from = $3, highest_modseq = 0, messages = -1,
                       import_state = 'unplanned', revision = revision + 1, checked_at = null
                where id = $1
                """, row.id(), selected.uidValidity(), liveFrom);
        tx.execute(
                "update account set import_state = 'running' where id = $1 and import_state = 'done' and history <> 'none'",
                link.accountId());
        tx.tell(
                EventIds.of("mailbox.reset", row.id(), selected.uidValidity()),
                new MailEvent.MailboxReset(
                        link.accountId(), link.organization(), row.mailbox(), selected.uidValidity(), relinked));
    }
}
