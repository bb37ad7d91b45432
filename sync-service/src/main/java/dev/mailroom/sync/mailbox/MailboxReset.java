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
import dev.mailroom.sync.message.Arrivals;
import dev.mailroom.sync.message.CopyChanges;
import dev.mailroom.sync.message.Flags;
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
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Finds the messages of a mailbox again after the server numbered them anew: another UIDVALIDITY, or the same with numbers that were given
 * out before (a server restored from a backup).
 *
 * <p>A stored copy and a message of the server are the same if Message-ID, sender's date, INTERNALDATE and size agree, or all but the size, or
 * the first two where the others changed; the row gets the new UID and nothing is told but one {@code mailbox.reset}. What the server has and is not found is live
 * mail if it came since the last look or the account knows the message; else it is history. What nobody finds again has vanished.
 */
@Singleton
public class MailboxReset {
    /** Mail that came this long before the last look and is not known counts as new: clocks of servers differ. */
    private static final Duration OVERLAP = Duration.ofHours(1);

    private static final Logger LOG = Logger.getLogger(MailboxReset.class);

    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final Fingerprints fingerprints;
    private final Summaries summaries;
    private final CopyChanges changes;
    private final Clock clock;
    private final MeterRegistry metrics;

    @Inject
    public MailboxReset(
            Database database,
            FencedWrites writes,
            Mailboxes mailboxes,
            Fingerprints fingerprints,
            Summaries summaries,
            CopyChanges changes,
            Clock clock,
            MeterRegistry metrics) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.fingerprints = fingerprints;
        this.summaries = summaries;
        this.changes = changes;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** What the mailbox becomes: old UIDs with their new ones, and what of the rest is live mail. */
    private record Plan(
            Map<Long, Long> newUidOf,
            Set<Long> kept,
            List<CopyChanges.FlagChange> flags,
            List<MessageSummary> fresh,
            long liveFrom,
            Set<Long> besides) {}

    /** Re-links the selected mailbox. What is left to fetch is what nobody knew. */
    MailboxLook.Found relink(Link link, MailboxRow row, SelectedMailbox selected) throws MailException {
        List<MessageSummary> server = summaries.of(link, place(row, selected), UidSet.ALL);
        Plan plan = plan(link, row, selected, server);
        write(link, row, selected, plan);
        metrics.counter("mailroom_sync_uidvalidity_resets_total").increment();
        LOG.infof(
                "account=%s mailbox=%s uidvalidity %d to %d: relinked=%d new=%d",
                link.accountId(),
                row.id(),
                row.uidValidity(),
                selected.uidValidity(),
                plan.newUidOf().size(),
                plan.fresh().size());
        MailboxRow now = mailboxes.find(database, row.id()).orElse(row);
        return new MailboxLook.Found(now, marks(selected, server, plan.fresh()), plan.fresh());
    }

    /** All that was listed and lies below the last message that is stored is known. */
    private static SelectedMailbox marks(
            SelectedMailbox selected, List<MessageSummary> server, List<MessageSummary> fresh) {
        long uidNext = Math.max(
                selected.uidNext(), fresh.isEmpty() ? 0 : fresh.getLast().uid() + 1);
        long known = server.stream()
                .map(MessageSummary::uid)
                .distinct()
                .filter(uid -> uid < uidNext)
                .count();
        return Compared.marks(selected, uidNext, known, selected.highestModSeq());
    }

    private static FetchFailures.Place place(MailboxRow row, SelectedMailbox selected) {
        return new FetchFailures.Place(row.id(), selected.uidValidity());
    }

    private Plan plan(Link link, MailboxRow row, SelectedMailbox selected, List<MessageSummary> server)
            throws MailException {
        Map<Long, Fingerprints.Fingerprint> onServer = fingerprints.ofServer(link, place(row, selected), server);
        Map<Long, Fingerprints.Fingerprint> stored = fingerprints.stored(row);
        Set<Long> kept = kept(row, selected, onServer);
        onServer.keySet().removeAll(kept);
        Map<Long, Long> newUidOf = new HashMap<>();
        match(stored, onServer, newUidOf, Function.identity());
        match(stored, onServer, newUidOf, Fingerprints.Fingerprint::withoutSize);
        match(stored, onServer, newUidOf, Fingerprints.Fingerprint::withoutArrival);
        Set<Long> found = new HashSet<>(newUidOf.values());
        found.addAll(kept);
        List<MessageSummary> unknown = server.stream()
                .filter(summary -> !found.contains(summary.uid()) && UidDifference.isMail(summary))
                .sorted(java.util.Comparator.comparingLong(MessageSummary::uid))
                .toList();
        Set<String> elsewhere = knownIds(
                link,
                unknown.stream()
                        .map(summary -> onServer.get(summary.uid()))
                        .filter(Objects::nonNull)
                        .map(Fingerprints.Fingerprint::emailMessageId)
                        .filter(Objects::nonNull)
                        .toArray(String[]::new));
        Instant since = newSince(row);
        List<MessageSummary> fresh = unknown.stream()
                .filter(summary -> isLive(summary, since, onServer.get(summary.uid()), elsewhere))
                .toList();
        Set<Long> live = new HashSet<>();
        fresh.forEach(summary -> live.add(summary.uid()));
        // Everything above the last message that is history is live, and so are some below it.
        long history = unknown.stream()
                .mapToLong(MessageSummary::uid)
                .filter(uid -> !live.contains(uid))
                .max()
                .orElse(0);
        long liveFrom = fresh.isEmpty() || history > 0
                ? Math.max(history + 1, fresh.isEmpty() ? LiveBoundary.after(selected.uidNext(), server) : 0)
                : fresh.getFirst().uid();
        live.removeIf(uid -> uid >= liveFrom);
        return new Plan(newUidOf, kept, changedFlags(row, server, newUidOf), fresh, liveFrom, live);
    }

    /** From when on mail that is not known is new. Of a mailbox that nobody has looked at yet it is all or nothing, as for the first look. */
    private static Instant newSince(MailboxRow row) {
        Instant checked = row.checkedAt();
        if (checked != null) {
            return checked.minus(OVERLAP);
        }
        return row.liveFrom() <= 1 ? Instant.EPOCH : Instant.MAX;
    }

    /** Copies that have the new numbers already: a command of ours moved them here after the server had renumbered. */
    private Set<Long> kept(MailboxRow row, SelectedMailbox selected, Map<Long, Fingerprints.Fingerprint> onServer) {
        Set<Long> kept = new HashSet<>();
        if (row.uidValidity() != selected.uidValidity()) {
            fingerprints.stored(row.id(), selected.uidValidity()).forEach((uid, copy) -> {
                Fingerprints.Fingerprint now = onServer.get(uid);
                if (now != null && now.withoutArrival().equals(copy.withoutArrival())) {
                    kept.add(uid);
                }
            });
        }
        return kept;
    }

    /** Flags that changed between the last look and the new numbers: no mod-sequence names them any more. */
    private List<CopyChanges.FlagChange> changedFlags(
            MailboxRow row, List<MessageSummary> server, Map<Long, Long> newUidOf) {
        Map<Long, String> flags = new HashMap<>();
        Comparison.stored(database, row, 0).forEach((uid, copy) -> {
            Long newUid = newUidOf.get(uid);
            if (newUid != null) {
                flags.put(newUid, copy.flags());
            }
        });
        return server.stream()
                .filter(summary -> flags.containsKey(summary.uid())
                        && !Flags.joined(summary.flags()).equals(flags.get(summary.uid())))
                .map(summary -> new CopyChanges.FlagChange(summary.uid(), summary.flags(), summary.modSeq()))
                .toList();
    }

    private static boolean isLive(
            MessageSummary summary,
            Instant since,
            Fingerprints.@org.jspecify.annotations.Nullable Fingerprint print,
            Set<String> known) {
        Instant came = summary.internalDate();
        // Where a connection ended no dates are asked for: what nobody knows is better told than passed over.
        boolean lately = came == null ? !since.equals(Instant.MAX) : !came.isBefore(since);
        return lately || (print != null && print.emailMessageId() != null && known.contains(print.emailMessageId()));
    }

    /** Pairs what is not paired yet, each with one only. */
    private static <T> void match(
            Map<Long, Fingerprints.Fingerprint> stored,
            Map<Long, Fingerprints.Fingerprint> onServer,
            Map<Long, Long> newUidOf,
            Function<Fingerprints.Fingerprint, T> key) {
        Set<Long> taken = new HashSet<>(newUidOf.values());
        Map<T, Deque<Long>> candidates = new HashMap<>();
        onServer.entrySet().stream()
                .filter(entry -> !taken.contains(entry.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> candidates
                        .computeIfAbsent(key.apply(entry.getValue()), same -> new ArrayDeque<>())
                        .add(entry.getKey()));
        stored.entrySet().stream()
                .filter(entry -> !newUidOf.containsKey(entry.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> {
                    Deque<Long> same = candidates.get(key.apply(entry.getValue()));
                    if (same != null && !same.isEmpty()) {
                        newUidOf.put(entry.getKey(), same.removeFirst());
                    }
                });
    }

    /** Of these Message-IDs, those that the account was told of: they were moved or copied here, and are no history. */
    private Set<String> knownIds(Link link, String[] emailMessageIds) {
        Set<String> known = new HashSet<>();
        if (emailMessageIds.length > 0) {
            for (Row row : database.query("""
                    select distinct m.email_message_id from message m
                    join sighting s on s.message_id = m.id and s.account_id = $1
                    where m.organization_id = $2 and m.email_message_id = any($3)
                    """, link.accountId(), link.organization(), emailMessageIds)) {
                known.add(row.getString("email_message_id"));
            }
        }
        return known;
    }

    private void write(Link link, MailboxRow row, SelectedMailbox selected, Plan plan) {
        Set<Long> before = new HashSet<>(plan.newUidOf().keySet());
        // No server has a negative UIDVALIDITY: old numbers must not meet new ones, and a server may come back to a
        // former UIDVALIDITY.
        long retired = -2 * (row.revision() + 1);
        writes.write(link.fence(), tx -> {
            Arrivals.lockAccount(tx, link.accountId());
            tx.execute(
                    "update copy set uid_validity = $3 where mailbox_id = $1 and uid_validity = $2",
                    row.id(),
                    row.uidValidity(),
                    retired);
            tx.execute(
                    """
                    update copy set uid_validity = $3, vanished_at = coalesce(vanished_at, $5)
                    where mailbox_id = $1 and uid_validity = $2 and not uid = any($4)
                    """,
                    row.id(),
                    selected.uidValidity(),
                    retired - 1,
                    plan.kept().toArray(Long[]::new),
                    clock.instant().atOffset(ZoneOffset.UTC));
            tx.execute(
                    """
                    update copy set uid_validity = $3, uid = r.fresh, modseq = 0, vanished_at = null
                    from unnest($4::bigint[], $5::bigint[]) as r (stale, fresh)
                    where copy.mailbox_id = $1 and copy.uid_validity = $2 and copy.uid = r.stale
                    """,
                    row.id(),
                    retired,
                    selected.uidValidity(),
                    before.toArray(Long[]::new),
                    before.stream().map(plan.newUidOf()::get).toArray(Long[]::new));
            tx.execute(
                    "update copy set vanished_at = coalesce(vanished_at, $3) where mailbox_id = $1 and uid_validity = $2",
                    row.id(),
                    retired,
                    clock.instant().atOffset(ZoneOffset.UTC));
            tx.execute("delete from quarantine where mailbox_id = $1", row.id());
            Arrivals.Place place = new Arrivals.Place(
                    mailboxes.scope(tx, link.accountId(), link.organization()), row.id(), selected.uidValidity());
            changes.flags(tx, place, plan.flags(), MailEvent.Source.RESYNC);
            tell(tx, link, row, selected, plan);
            return null;
        });
    }

    private void tell(Transaction tx, Link link, MailboxRow row, SelectedMailbox selected, Plan plan) {
        // Until what is new is taken in, and numbers may change again before, new is what came since the last look of
        // all.
        Instant checked = row.checkedAt() == null && row.liveFrom() <= 1 ? Instant.EPOCH : clock.instant();
        // Nothing of the old numbers is left: the import looks at the whole mailbox again and finds what it has.
        tx.execute(
                """
                update mailbox set uid_validity = $2, uid_next = $3, live_from = $3, live_besides = $4, highest_modseq = 0,
                       messages = -1, import_state = 'unplanned', revision = revision + 1, checked_at = coalesce(checked_at, $5)
                where id = $1
                """,
                row.id(),
                selected.uidValidity(),
                plan.liveFrom(),
                plan.besides().toArray(Long[]::new),
                checked.atOffset(ZoneOffset.UTC));
        tx.execute(
                "update account set import_state = 'running' where id = $1 and import_state = 'done' and history <> 'none'",
                link.accountId());
        tx.tell(
                EventIds.of("mailbox.reset", row.id(), selected.uidValidity(), row.revision() + 1),
                new MailEvent.MailboxReset(
                        link.accountId(),
                        link.organization(),
                        row.mailbox(),
                        selected.uidValidity(),
                        plan.newUidOf().size()));
    }
}
