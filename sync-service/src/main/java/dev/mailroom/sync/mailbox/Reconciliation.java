package dev.mailroom.sync.mailbox;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.ownership.FencedWrites;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Compares each mailbox as a whole with the server once a day and counts what the ordinary looks should have found. The number has to be 0:
 * it is the measured form of "no message lost". What differs is repaired, with the events that it would have had. Old mail that its import
 * should have taken in is imported, as history.
 *
 * <p>One mailbox at a time costs one UID FETCH of all flags and one SEARCH. A difference counts if it is still there after another ordinary look, so that
 * what other programs do meanwhile is no defect.
 */
@Singleton
public class Reconciliation {
    private static final Logger LOG = Logger.getLogger(Reconciliation.class);

    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final MailboxCheck check;
    private final MailboxLook look;
    private final Comparison comparison;
    private final MailboxIntake intake;
    private final OldMail oldMail;
    private final BrokenMailboxes broken;
    private final ReconciliationConfig config;
    private final Clock clock;
    private final Counter differences;
    private final Counter compared;

    @Inject
    public Reconciliation(
            Database database,
            FencedWrites writes,
            Mailboxes mailboxes,
            MailboxCheck check,
            MailboxLook look,
            Comparison comparison,
            MailboxIntake intake,
            OldMail oldMail,
            BrokenMailboxes broken,
            ReconciliationConfig config,
            Clock clock,
            MeterRegistry metrics) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.check = check;
        this.look = look;
        this.comparison = comparison;
        this.intake = intake;
        this.oldMail = oldMail;
        this.broken = broken;
        this.config = config;
        this.clock = clock;
        this.differences = metrics.counter("mailroom_sync_divergence_total");
        this.compared = metrics.counter("mailroom_sync_reconciled_mailboxes_total");
    }

    /** What is wrong in a mailbox, a word for each message, so that two comparisons can be compared. */
    private static Set<String> named(UidDifference difference) {
        Set<String> named = new HashSet<>();
        difference.arrived().forEach(summary -> named.add("missing " + summary.uid()));
        difference.vanished().forEach(uid -> named.add("surplus " + uid));
        difference.reappeared().forEach(uid -> named.add("missing " + uid));
        difference.changed().forEach(summary -> named.add("flags " + summary.uid()));
        return named;
    }

    /**
     * Compares the mailbox of the account that was not compared for the longest time, if one is due.
     *
     * @return true if another one may be
     */
    public boolean slice(Link link) throws MailException {
        Optional<UUID> due = database.first(
                        """
                        select m.id from mailbox m where m.account_id = $1 and m.selectable and m.missing_since is null
                          and m.import_state = 'done' and not %s and coalesce(m.reconciled_at, m.created_at) < $2
                        order by coalesce(m.reconciled_at, m.created_at) limit 1
                        """.formatted(MailboxRow.HOLDS_DRAFTS),
                        link.accountId(),
                        clock.instant().minus(config.interval()).atOffset(ZoneOffset.UTC))
                .map(row -> row.getUUID("id"));
        if (due.isEmpty()) {
            return false;
        }
        mailbox(link, due.get());
        return true;
    }

    /** Compares one mailbox, repairs it and remembers the number of differences, which it gives. */
    public long mailbox(Link link, UUID mailbox) throws MailException {
        Optional<MailboxRow> row = mailboxes.find(database, mailbox);
        if (row.isEmpty() || !row.get().followed()) {
            return 0;
        }
        long found = 0;
        if (!broken.rests(mailbox)) {
            try {
                found = compare(link, mailbox);
            } catch (MailException refused) {
                broken.skipOrThrow(link, row.get(), refused);
            }
        }
        long total = found;
        writes.write(
                link.fence(),
                tx -> tx.execute(
                        "update mailbox set reconciled_at = $2, differences = $3 where id = $1",
                        mailbox,
                        clock.instant().atOffset(ZoneOffset.UTC),
                        total));
        compared.increment();
        differences.increment(total);
        return total;
    }

    private long compare(Link link, UUID mailbox) throws MailException {
        Set<String> first = Set.of();
        for (int round = 0; ; round++) {
            check.check(link, mailbox, MailboxLook.Depth.COUNTS, MailEvent.Source.LIVE);
            MailboxRow row = mailboxes.find(database, mailbox).orElse(null);
            if (row == null || !row.followed()) {
                return 0;
            }
            SelectedMailbox selected = link.imap().select(row.name(), null);
            if (selected.uidValidity() == 0 || selected.uidValidity() != row.uidValidity()) {
                return 0;
            }
            Optional<Compared> compared = comparison.complete(link, row, selected);
            if (compared.isEmpty()) {
                // UIDs mean other messages: re-linking is no defect of ours.
                return 0;
            }
            Set<String> now = named(compared.get().difference());
            if (round == 0) {
                if (now.isEmpty()) {
                    return unimported(link, row) + strays(link, row);
                }
                first = now;
                continue;
            }
            now.retainAll(first);
            repair(link, row, selected, compared.get(), now);
            return now.size() + unimported(link, row) + strays(link, row);
        }
    }

    private void repair(Link link, MailboxRow row, SelectedMailbox selected, Compared compared, Set<String> lasting)
            throws MailException {
        if (!lasting.isEmpty()) {
            LOG.errorf(
                    "account=%s mailbox=%s differs from the server: missing=%d surplus=%d flags=%d",
                    link.accountId(),
                    row.id(),
                    kind(lasting, "missing"),
                    kind(lasting, "surplus"),
                    kind(lasting, "flags"));
        }
        MailboxLook.Found found = look.write(link, row, selected, compared, MailEvent.Source.RESYNC);
        if (!found.arrived().isEmpty()) {
            intake.takeLive(link, found, MailEvent.Source.RESYNC);
        }
    }

    private static long kind(Set<String> named, String kind) {
        return named.stream().filter(name -> name.startsWith(kind)).count();
    }

    /** Old mail that nobody took in: the import is planned anew, and finds what it has left out. */
    private long unimported(Link link, MailboxRow row) throws MailException {
        List<Long> missing = oldMail.missing(link, row).stream()
                .filter(uid -> !row.liveBesides().contains(uid))
                .toList();
        if (missing.isEmpty()) {
            return 0;
        }
        LOG.errorf(
                "account=%s mailbox=%s %d messages of the import window were not imported: they are now",
                link.accountId(), row.id(), missing.size());
        return writes.write(link.fence(), tx -> {
            int planned = tx.execute(
                    "update mailbox set import_state = 'unplanned' where id = $1 and uid_validity = $2 and import_state = 'done'",
                    row.id(),
                    row.uidValidity());
            if (planned == 0) {
                // Another window is asked for by now, or the mailbox has other numbers: that import takes them in.
                return 0L;
            }
            tx.execute(
                    "update account set import_state = 'pending' where id = $1 and import_state = 'done'",
                    link.accountId());
            return (long) missing.size();
        });
    }

    /** Copies under numbers that the mailbox no longer has, and that nobody waits for. */
    private long strays(Link link, MailboxRow row) {
        return writes.write(link.fence(), tx -> strays(tx, row));
    }

    private long strays(Transaction tx, MailboxRow row) {
        return tx.query("""
                update copy set vanished_at = $3
                where mailbox_id = $1 and uid_validity <> $2 and vanished_at is null returning uid
                """, row.id(), row.uidValidity(), clock.instant().atOffset(ZoneOffset.UTC))
                .size();
    }
}
