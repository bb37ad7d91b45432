package dev.mailroom.sync.session;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.MailboxStatus;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.mailbox.BrokenMailboxes;
import dev.mailroom.sync.mailbox.FetchFailures;
import dev.mailroom.sync.mailbox.FolderList;
import dev.mailroom.sync.mailbox.MailboxCheck;
import dev.mailroom.sync.mailbox.MailboxLook;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.Mailboxes;
import dev.mailroom.sync.mailbox.QuarantineRetry;
import dev.mailroom.sync.message.CopyChanges;
import dev.mailroom.sync.ownership.FencedWrites;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every mailbox of an account.
 *
 * <p>First all disappearances and flags are written, then all arrivals are taken in: so a message that went from one mailbox to another
 * is seen to have left before it is seen to have come, and is told as moved.
 */
@Singleton
public class MailboxSweep {
    /** A sweep is not begun for what several before it did not decide. */
    private static final Duration OVERDUE_MAX = Duration.ofSeconds(10);

    /** What lies in several mailboxes is told where people look first; the archive may be the mailbox of all mail. */
    private static final Comparator<MailboxLook.Found> IN_ORDER = Comparator.comparing(
                    (MailboxLook.Found one) -> !one.row().isInbox())
            .thenComparing(one -> one.row().role() == MailboxRole.ARCHIVE);

    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final FolderList folders;
    private final MailboxCheck check;
    private final CopyChanges changes;
    private final QuarantineRetry quarantine;
    private final BrokenMailboxes broken;
    private final FetchFailures failures;
    private final SessionConfig config;
    private final Clock clock;

    @Inject
    MailboxSweep(
            Database database,
            FencedWrites writes,
            Mailboxes mailboxes,
            FolderList folders,
            MailboxCheck check,
            CopyChanges changes,
            QuarantineRetry quarantine,
            BrokenMailboxes broken,
            FetchFailures failures,
            SessionConfig config,
            Clock clock) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.folders = folders;
        this.check = check;
        this.changes = changes;
        this.quarantine = quarantine;
        this.broken = broken;
        this.failures = failures;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Where nothing changed and LIST brings the counters, that is one command.
     *
     * @param full true to compare all flags too, where the server does not say what changed
     */
    Swept sweep(Link link, boolean full, StatusTurns turns) throws MailException {
        Instant begun = clock.instant();
        FolderList.Listing listing = folders.list(link);
        Map<UUID, MailboxStatus> counters = counters(link, listing, turns);
        List<MailboxLook.Found> found = new ArrayList<>();
        // INBOX is looked at last: what came to another mailbox may have come from there, or may lie in both.
        List<MailboxRow> rows = new ArrayList<>(listing.rows());
        rows.sort(Comparator.comparing(MailboxRow::isInbox));
        boolean arrivedElsewhere = false;
        boolean elsewhere = listing.changed();
        for (MailboxRow row : rows) {
            MailboxStatus status = counters.get(row.id());
            if (!row.followed() || broken.rests(row.id()) || (status == null && !row.isInbox())) {
                continue;
            }
            MailboxLook.@Nullable Depth depth =
                    full && !tellsFlags(row, status) ? MailboxLook.Depth.ALL : depthFor(row, status);
            if (depth != null || (arrivedElsewhere && row.isInbox())) {
                Optional<MailboxLook.Found> one = check.look(
                        link, row.id(), depth == null ? MailboxLook.Depth.COUNTS : depth, MailEvent.Source.LIVE);
                one.ifPresent(found::add);
                elsewhere |= one.isPresent() && !row.isInbox() && isNews(row, one.get());
                arrivedElsewhere |= one.isPresent() && !one.get().arrived().isEmpty();
            }
            if (status != null && status.unseen() >= 0 && status.unseen() != row.unseen()) {
                writes.write(link.fence(), tx -> {
                    mailboxes.unseen(tx, row.id(), status);
                    return null;
                });
            }
        }
        List<MessageSummary> inbox = List.of();
        sort(found);
        for (MailboxLook.Found one : found) {
            check.take(link, one, MailEvent.Source.LIVE);
            inbox = one.row().isInbox() ? one.arrived() : inbox;
        }
        quarantine.run(link);
        settle(link, begun);
        return new Swept(inbox, elsewhere, listing.changed() && link.account().discoveredAt() != null);
    }

    /**
     * What a sweep found that was not known.
     *
     * @param inbox mail in INBOX
     * @param elsewhere whether mailboxes, or mail in others than INBOX, had changed
     * @param mailboxes whether mailboxes came, went or were renamed since they were first listed
     */
    record Swept(List<MessageSummary> inbox, boolean elsewhere, boolean mailboxes) {}

    /** What LIST brought, and what is asked for in this sweep. */
    private Map<UUID, MailboxStatus> counters(Link link, FolderList.Listing listing, StatusTurns turns)
            throws MailException {
        Map<UUID, MailboxStatus> counters = new HashMap<>(listing.counters());
        Set<MailboxRow> turn = turns.next(listing.rows().stream()
                .filter(row -> row.followed() && !row.isInbox() && !counters.containsKey(row.id()))
                .filter(row -> !broken.rests(row.id()))
                .toList());
        Map<MailboxName, MailboxStatus> answered =
                link.imap().statuses(turn.stream().map(MailboxRow::name).toList());
        for (MailboxRow row : turn) {
            MailboxStatus status = statusOf(link, row, answered.get(row.name()));
            if (status != null) {
                counters.put(row.id(), status);
            }
        }
        return counters;
    }

    /** Whether an equal mod-sequence says that no flag changed. */
    private static boolean tellsFlags(MailboxRow row, @Nullable MailboxStatus status) {
        return status != null && status.highestModSeq() > 0 && row.highestModSeq() > 0;
    }

    /**
     * Takes in what the server said has come to other mailboxes, and looks at those of which it did not say enough.
     *
     * @param heard what it said, by raw names
     * @return whether something had changed; empty if all of it is about mailboxes that are not followed, such as the drafts
     */
    public Optional<Boolean> follow(Link link, Map<String, MailboxStatus> heard) throws MailException {
        Set<String> left = new LinkedHashSet<>(heard.keySet());
        boolean taken = false;
        for (MailboxRow row : mailboxes.named(database, link.accountId(), heard.keySet())) {
            MailboxStatus status = heard.get(row.name().raw());
            if (!row.followed()) {
                left.remove(row.name().raw());
            } else if (status != null && check.takeElsewhere(link, row, status)) {
                left.remove(row.name().raw());
                taken = true;
            }
        }
        if (left.isEmpty()) {
            return taken ? Optional.of(true) : Optional.empty();
        }
        return Optional.of(look(link, left) || taken);
    }

    /**
     * Looks at the mailboxes that the server said have changed, and then at INBOX: what came to one of them may have come from there.
     *
     * @param names raw names
     * @return false if nothing had changed
     */
    private boolean look(Link link, Set<String> names) throws MailException {
        Instant begun = clock.instant();
        MailboxLook.Depth depth = link.imap().resyncEnabled() ? MailboxLook.Depth.COUNTS : MailboxLook.Depth.ALL;
        List<MailboxLook.Found> found = new ArrayList<>();
        boolean changed = false;
        List<MailboxRow> rows = mailboxes.ofAccount(database, link.accountId()).stream()
                .filter(MailboxRow::followed)
                .filter(row -> row.isInbox() || names.contains(row.name().raw()))
                .sorted(Comparator.comparing(MailboxRow::isInbox))
                .toList();
        for (MailboxRow row : rows) {
            Optional<MailboxLook.Found> one =
                    check.look(link, row.id(), row.isInbox() ? MailboxLook.Depth.COUNTS : depth, MailEvent.Source.LIVE);
            if (one.isPresent()) {
                found.add(one.get());
                changed |= !row.isInbox() && isNews(row, one.get());
            }
        }
        sort(found);
        for (MailboxLook.Found one : found) {
            check.take(link, one, MailEvent.Source.LIVE);
        }
        settle(link, begun);
        return changed;
    }

    /**
     * A mailbox with a message that may end the connection comes after those that have none, so that they go on meanwhile. All mail comes
     * after it all the same: what lies in INBOX too would be told where nobody looks for it.
     */
    private void sort(List<MailboxLook.Found> found) {
        Set<UUID> suspicious = found.stream()
                .filter(failures::suspects)
                .map(one -> one.row().id())
                .collect(Collectors.toSet());
        found.sort(Comparator.comparing((MailboxLook.Found one) -> one.row().isAllMail())
                .thenComparing(one -> suspicious.contains(one.row().id()))
                .thenComparing(IN_ORDER));
    }

    private static boolean isNews(MailboxRow before, MailboxLook.Found found) {
        return !found.arrived().isEmpty()
                || found.selected().exists() != before.messages()
                || found.selected().highestModSeq() != before.highestModSeq();
    }

    /** How closely to look, or null if the counters say that nothing changed. */
    static MailboxLook.@Nullable Depth depthFor(MailboxRow row, @Nullable MailboxStatus status) {
        if (status == null) {
            return MailboxLook.Depth.COUNTS;
        }
        if (row.checkedAt() == null) {
            return MailboxLook.Depth.ALL;
        }
        boolean counts = status.uidValidity() != row.uidValidity()
                || status.messages() != row.messages()
                || (status.uidNext() > 0 && status.uidNext() != row.uidNext());
        if (status.highestModSeq() > 0 && row.highestModSeq() > 0) {
            return counts || status.highestModSeq() != row.highestModSeq() ? MailboxLook.Depth.COUNTS : null;
        }
        boolean unseen = status.unseen() >= 0 && row.unseen() >= 0 && status.unseen() != row.unseen();
        boolean grewOnly = status.messages() > row.messages() && status.uidNext() > row.uidNext();
        if (unseen && !grewOnly) {
            return MailboxLook.Depth.ALL;
        }
        return counts ? MailboxLook.Depth.COUNTS : null;
    }

    private @Nullable MailboxStatus statusOf(Link link, MailboxRow row, @Nullable MailboxStatus listed)
            throws MailException {
        if (listed != null) {
            return listed;
        }
        try {
            return link.imap().status(row.name());
        } catch (MailException refused) {
            broken.skipOrThrow(link, row, refused);
            return null;
        }
    }

    /** Only what vanished before this look at all mailboxes began can have been seen elsewhere if it is there. */
    private void settle(Link link, Instant begun) {
        Instant patient = clock.instant().minus(config.moveWindow());
        Instant before = begun.isBefore(patient) ? begun : patient;
        if (database.first(
                        "select 1 from copy where account_id = $1 and vanished_at < $2 limit 1",
                        link.accountId(),
                        before.atOffset(ZoneOffset.UTC))
                .isEmpty()) {
            return;
        }
        int settled;
        do {
            settled = writes.write(
                    link.fence(),
                    link.organization(),
                    tx -> changes.settle(
                            tx,
                            mailboxes.scope(tx, link.accountId(), link.organization()),
                            before,
                            config.moveWindow().plus(config.sweepInterval())));
        } while (settled > 0);
    }

    /**
     * When a sweep has something to tell that no server says: what vanished was waited for long enough. What is overdue all the same
     * waits for the next ordinary sweep.
     */
    Optional<Instant> nextDue(UUID account) {
        Instant now = clock.instant();
        return database.first(
                        """
                        select least((select min(vanished_at) from copy where account_id = $1 and vanished_at > $2) + $3 * interval '1 ms',
                                     (select min(missing_since) from mailbox where account_id = $1 and missing_since > $4)
                                         + $5 * interval '1 ms') as due
                        """,
                        account,
                        now.minus(config.moveWindow()).minus(OVERDUE_MAX).atOffset(ZoneOffset.UTC),
                        (double) config.moveWindow().toMillis(),
                        now.minus(folders.missingGrace()).minus(OVERDUE_MAX).atOffset(ZoneOffset.UTC),
                        (double) folders.missingGrace().toMillis())
                .map(row -> row.getOffsetDateTime("due"))
                .map(OffsetDateTime::toInstant);
    }

    Duration interval() {
        return config.sweepInterval();
    }
}
