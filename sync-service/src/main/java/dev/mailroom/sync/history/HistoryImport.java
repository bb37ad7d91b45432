package dev.mailroom.sync.history;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.mailbox.BrokenMailboxes;
import dev.mailroom.sync.mailbox.LiveBoundary;
import dev.mailroom.sync.mailbox.MailboxIntake;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.Mailboxes;
import dev.mailroom.sync.ownership.FencedWrites;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Imports the history of an account, a slice at a time. Used by one session; keeps nothing that it cannot find again. */
public final class HistoryImport {
    private static final Logger LOG = Logger.getLogger(HistoryImport.class);

    private final Services services;
    private final Link link;
    private @Nullable Cursor cursor;

    private HistoryImport(Services services, Link link) {
        this.services = services;
        this.link = link;
    }

    /** What an import works with. */
    @Singleton
    public static class Services {
        private final Database database;
        private final FencedWrites writes;
        private final Mailboxes mailboxes;
        private final MailboxIntake intake;
        private final LiveBoundary boundary;
        private final BrokenMailboxes broken;
        private final Clock clock;

        @Inject
        public Services(
                Database database,
                FencedWrites writes,
                Mailboxes mailboxes,
                MailboxIntake intake,
                LiveBoundary boundary,
                BrokenMailboxes broken,
                Clock clock) {
            this.database = database;
            this.writes = writes;
            this.mailboxes = mailboxes;
            this.intake = intake;
            this.boundary = boundary;
            this.broken = broken;
            this.clock = clock;
        }

        /** The import of an account over a connection. */
        public HistoryImport over(Link link) {
            return new HistoryImport(this, link);
        }

        /** True if the account's import is not finished and can go on now. */
        public boolean isPending(Link link) {
            if (database.first("select 1 from account where id = $1 and import_state <> 'done'", link.accountId())
                    .isEmpty()) {
                return false;
            }
            List<MailboxRow> left = unfinished(link);
            return left.isEmpty() || left.stream().anyMatch(row -> !broken.rests(row.id()));
        }

        private List<MailboxRow> unfinished(Link link) {
            return mailboxes.ofAccount(database, link.accountId()).stream()
                    .filter(row -> row.followed() && !row.importState().equals("done"))
                    .toList();
        }
    }

    /**
     * Messages of one mailbox that are still to be taken in.
     *
     * @param uids newest last
     */
    private record Cursor(MailboxRow row, long uidValidity, List<Long> uids) {}

    /**
     * Does one bounded piece of work: plans a mailbox, or takes in one batch.
     *
     * @return true if there is more to do
     */
    public boolean slice() throws MailException {
        if (link.account().history().equals(ImportWindow.NONE)) {
            finish();
            return false;
        }
        Optional<MailboxRow> unplanned = next("unplanned");
        if (unplanned.isPresent()) {
            guarded(unplanned.get(), this::plan);
            return true;
        }
        Optional<MailboxRow> planned = next("planned");
        if (planned.isEmpty()) {
            if (services.unfinished(link).isEmpty()) {
                finish();
            }
            return false;
        }
        guarded(planned.get(), this::importBatch);
        return true;
    }

    private interface Step {
        void on(MailboxRow row) throws MailException;
    }

    /** A mailbox that the server lists and does not open is left out, so that the others go on. */
    private void guarded(MailboxRow row, Step step) throws MailException {
        try {
            step.on(row);
        } catch (MailException refused) {
            if (refused.remedy() != Remedy.GIVE_UP || !link.imap().isOpen()) {
                cursor = null;
                services.broken.skipOrThrow(link, row, refused);
                return;
            }
            LOG.warnf("account=%s mailbox=%s not imported: %s", link.accountId(), row.id(), refused.getMessage());
            write(tx -> {
                if (isStillWanted(tx)) {
                    tx.execute("update mailbox set import_state = 'done' where id = $1", row.id());
                }
            });
        }
    }

    private Optional<MailboxRow> next(String state) {
        return services.unfinished(link).stream()
                .filter(row -> row.importState().equals(state) && !services.broken.rests(row.id()))
                .min(Comparator.comparingInt(HistoryImport::priority)
                        .thenComparing(row -> String.join("/", row.path())));
    }

    private static int priority(MailboxRow row) {
        MailboxRole role = row.role();
        return role == null
                ? 2
                : switch (role) {
                    case INBOX -> 0;
                    case SENT -> 1;
                    case ARCHIVE -> 3;
                    case DRAFTS, TRASH -> 4;
                    case JUNK -> 5;
                };
    }

    private void plan(MailboxRow row) throws MailException {
        Cursor planned = open(row);
        int open = planned.uids().size();
        write(tx -> {
            if (!isStillWanted(tx)) {
                return;
            }
            tx.execute(
                    """
                    update mailbox set import_state = $2, import_done = $3, import_total = $4,
                           uid_validity = case when uid_validity = 0 then $5 else uid_validity end
                    where id = $1
                    """,
                    row.id(),
                    open == 0 ? "done" : "planned",
                    totalOf(planned) - open,
                    totalOf(planned),
                    planned.uidValidity());
            progress(tx);
        });
        cursor = open == 0 ? null : planned;
    }

    private long totalInWindow;

    private long totalOf(Cursor planned) {
        return Math.max(totalInWindow, planned.uids().size());
    }

    /** Selects a mailbox and finds what of its window is not stored. */
    private Cursor open(MailboxRow stored) throws MailException {
        SelectedMailbox selected = link.imap().select(stored.name(), null);
        MailboxRow row = services.boundary.drawn(link, stored, selected);
        if (row.uidValidity() != 0 && selected.uidValidity() != row.uidValidity()) {
            // Not ours to repair: the next look at the mailbox re-links it and plans the import anew.
            totalInWindow = 0;
            return new Cursor(row, row.uidValidity(), List.of());
        }
        LocalDate today = LocalDate.ofInstant(services.clock.instant(), ZoneOffset.UTC);
        LocalDate since = ImportWindow.since(link.account().history(), today).orElse(null);
        Set<Long> known = known(row.id(), selected.uidValidity());
        List<Long> window = link.imap().searchSince(since).stream()
                .filter(uid -> uid < row.liveFrom())
                .toList();
        totalInWindow = window.size();
        return new Cursor(
                row,
                selected.uidValidity(),
                new ArrayList<>(
                        window.stream().filter(uid -> !known.contains(uid)).toList()));
    }

    private Set<Long> known(java.util.UUID mailbox, long uidValidity) {
        Set<Long> known = new HashSet<>();
        for (Row row : services.database.query("""
                select uid from copy where mailbox_id = $1 and uid_validity = $2
                union all select uid from quarantine where mailbox_id = $1 and uid_validity = $2
                """, mailbox, uidValidity)) {
            known.add(row.getLong("uid"));
        }
        return known;
    }

    private void importBatch(MailboxRow row) throws MailException {
        Cursor at = cursor;
        if (at == null || !at.row().id().equals(row.id())) {
            at = open(row);
            cursor = at;
        } else if (link.imap().select(row.name(), null).uidValidity() != at.uidValidity()) {
            // The UIDs of the plan mean other messages now, or none.
            cursor = null;
            return;
        }
        int size = at.uids().size();
        List<Long> newest = at.uids().subList(Math.max(0, size - MailboxIntake.BATCH_MAX_MESSAGES), size);
        List<MessageSummary> summaries = newest.isEmpty() ? List.of() : summaries(newest);
        List<List<MessageSummary>> batches = MailboxIntake.batches(summaries);
        List<MessageSummary> batch = batches.isEmpty() ? List.of() : batches.getFirst();
        // What was found by SEARCH and is gone now is done with, too.
        boolean allOfThem = batches.size() <= 1;
        Set<Long> done = new HashSet<>();
        batch.forEach(summary -> done.add(summary.uid()));
        if (allOfThem) {
            done.addAll(newest);
        }
        boolean last = done.size() >= size;
        int count = done.size();
        services.intake.take(link, row.id(), at.uidValidity(), batch, false, MailEvent.Source.IMPORT, tx -> {
            if (!isStillWanted(tx)) {
                return;
            }
            tx.execute(
                    "update mailbox set import_done = import_done + $2, import_state = $3 where id = $1",
                    row.id(),
                    (long) count,
                    last ? "done" : "planned");
            progress(tx);
        });
        at.uids().removeIf(done::contains);
        if (last) {
            cursor = null;
        }
    }

    /** Newest first. */
    private List<MessageSummary> summaries(List<Long> uids) throws MailException {
        List<MessageSummary> summaries = new ArrayList<>();
        Set<Long> asked = new HashSet<>(uids);
        link.imap().fetchSummaries(UidSet.of(uids), summary -> {
            if (asked.remove(summary.uid())) {
                summaries.add(summary);
            }
        });
        summaries.sort(Comparator.comparingLong(MessageSummary::uid).reversed());
        return summaries;
    }

    private void finish() {
        write(tx -> {
            int changed = tx.execute(
                    "update account set import_state = 'done' where id = $1 and import_state <> 'done' and history = $2",
                    link.accountId(),
                    link.account().history());
            if (changed > 0) {
                sum(tx);
                tell(tx, true);
            }
        });
    }

    private void progress(Transaction tx) {
        tx.execute("""
                update account set import_state = 'running', import_started_at = coalesce(import_started_at, $2)
                where id = $1 and (import_state <> 'running' or import_started_at is null)
                """, link.accountId(), services.clock.instant().atOffset(ZoneOffset.UTC));
        sum(tx);
        tell(tx, false);
    }

    private void sum(Transaction tx) {
        tx.execute("""
                update account set import_done = s.done, import_total = s.total
                from (select coalesce(sum(import_done), 0)::bigint as done, coalesce(sum(import_total), 0)::bigint as total
                      from mailbox where account_id = $1) s
                where id = $1
                """, link.accountId());
    }

    private void tell(Transaction tx, boolean finished) {
        Row row = tx.first("""
                        update account set status_revision = status_revision + 1 where id = $1
                        returning status_revision, import_done, import_total, import_started_at
                        """, link.accountId()).orElseThrow(() -> new IllegalStateException("the account is gone"));
        long done = row.getLong("import_done");
        long total = row.getLong("import_total");
        var started = row.getOffsetDateTime("import_started_at");
        tx.tell(
                EventIds.of("sync.import_progress", link.accountId(), row.getLong("status_revision")),
                new SyncStatus.ImportProgress(
                        link.accountId(),
                        link.organization(),
                        done,
                        total,
                        finished,
                        finished ? Long.valueOf(0) : eta(done, total, started == null ? null : started.toInstant())));
    }

    private @Nullable Long eta(long done, long total, @Nullable Instant started) {
        if (started == null || done <= 0 || total <= done) {
            return null;
        }
        Duration elapsed = Duration.between(started, services.clock.instant());
        return elapsed.isPositive() ? elapsed.toMillis() * (total - done) / done / 1_000 : null;
    }

    /**
     * False if the account has another window by now, under which everything is planned anew: what was found for the old one must not be
     * written over that. Locks the account, so that the window does not change before the end of the transaction.
     */
    private boolean isStillWanted(Transaction tx) {
        return tx.first(
                        "select 1 from account where id = $1 and history = $2 for update",
                        link.accountId(),
                        link.account().history())
                .isPresent();
    }

    private void write(java.util.function.Consumer<Transaction> work) {
        services.writes.write(link.fence(), tx -> {
            work.accept(tx);
            return null;
        });
    }
}
