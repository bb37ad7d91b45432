package dev.mailroom.sync.history;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.imap.UidSet;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.mailbox.BrokenMailboxes;
import dev.mailroom.sync.mailbox.BytesInFlight;
import dev.mailroom.sync.mailbox.FetchFailures;
import dev.mailroom.sync.mailbox.LiveBoundary;
import dev.mailroom.sync.mailbox.MailboxIntake;
import dev.mailroom.sync.mailbox.MailboxRow;
import dev.mailroom.sync.mailbox.Mailboxes;
import dev.mailroom.sync.mailbox.OutdatedException;
import dev.mailroom.sync.mailbox.Summaries;
import dev.mailroom.sync.ownership.FencedWrites;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Imports the history of an account, a slice at a time. Used by one thread; keeps nothing that it cannot find again. */
public final class HistoryImport {
    private static final Logger LOG = Logger.getLogger(HistoryImport.class);

    /** Messages that are left from which on an import gets a connection of its own. */
    static final int OWN_CONNECTION_MIN_MESSAGES = 1_000;

    /** Between two tries to get that connection, which somebody else may have. */
    static final Duration OWN_CONNECTION_RETRY = Duration.ofSeconds(10);

    private static final String UNPLANNED = "unplanned";

    private final Services services;
    private final Link link;
    private final boolean alone;
    private final ImportProgress progress;
    private final ImportPipeline pipeline = new ImportPipeline();
    private final Deque<MailboxRow> unplanned = new ArrayDeque<>();
    private final Deque<MailboxRow> planned = new ArrayDeque<>();
    private @Nullable ImportPlan plan;
    private boolean allPlanned;
    private Instant askAgain = Instant.MIN;

    private HistoryImport(Services services, Link link, boolean alone) {
        this.services = services;
        this.link = link;
        this.alone = alone;
        this.progress = new ImportProgress(link, services.clock);
    }

    /** What an import works with. */
    @Singleton
    public static class Services {
        private final Database database;
        private final FencedWrites writes;
        private final Mailboxes mailboxes;
        private final MailboxIntake intake;
        private final BytesInFlight bytes;
        private final LiveBoundary boundary;
        private final BrokenMailboxes broken;
        private final ClosingLook closing;
        private final Summaries summaries;
        private final FetchFailures failures;
        private final Clock clock;

        @Inject
        Services(
                Database database,
                FencedWrites writes,
                Mailboxes mailboxes,
                MailboxIntake intake,
                BytesInFlight bytes,
                LiveBoundary boundary,
                BrokenMailboxes broken,
                ClosingLook closing,
                Summaries summaries,
                FetchFailures failures,
                Clock clock) {
            this.database = database;
            this.writes = writes;
            this.mailboxes = mailboxes;
            this.intake = intake;
            this.bytes = bytes;
            this.boundary = boundary;
            this.broken = broken;
            this.closing = closing;
            this.summaries = summaries;
            this.failures = failures;
            this.clock = clock;
        }

        /** The import of an account over a connection that does other things in between: each slice is stored when it ends. */
        public HistoryImport over(Link link) {
            return new HistoryImport(this, link, false);
        }

        /** The import of an account over a connection that does nothing else: the next batch is fetched while others are stored. */
        public HistoryImport alone(Link link) {
            return new HistoryImport(this, link, true);
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
     * Does one bounded piece of work: plans a mailbox, or takes in one batch.
     *
     * @return true if there is more to do
     */
    public boolean slice() throws MailException {
        try {
            return work();
        } catch (OutdatedException renumbered) {
            LOG.infof("account=%s import planned anew: %s", link.accountId(), renumbered.getMessage());
            plan = null;
            return true;
        } catch (RuntimeException notStored) {
            plan = null;
            throw notStored;
        }
    }

    /**
     * True if so much is left that a connection of its own is worth the log-in; said when all mailboxes are planned, and again after a
     * while. Then this one is not to be used any more if it gets one.
     */
    public boolean isWorthAConnection() {
        Instant now = services.clock.instant();
        if (!allPlanned || now.isBefore(askAgain)) {
            return false;
        }
        askAgain = now.plus(OWN_CONNECTION_RETRY);
        long left = services.database
                .first(
                        "select coalesce(sum(import_total - import_done), 0)::bigint as n from mailbox "
                                + "where account_id = $1 and import_state = 'planned'",
                        link.accountId())
                .map(row -> row.getLong("n"))
                .orElse(0L);
        return left >= OWN_CONNECTION_MIN_MESSAGES;
    }

    /**
     * Waits for what is being stored.
     *
     * @throws RuntimeException what it failed with
     */
    public void drain() {
        pipeline.drain();
    }

    private boolean work() throws MailException {
        pipeline.check();
        ImportPlan at = plan;
        if (alone && at != null) {
            guarded(at.row(), this::importBatch);
            return true;
        }
        if (link.account().history().equals(ImportWindow.NONE)) {
            write(progress::finish);
            return false;
        }
        Optional<MailboxRow> next = next();
        if (next.isEmpty()) {
            if (services.unfinished(link).isEmpty()) {
                write(progress::finish);
            }
            return false;
        }
        MailboxRow row = next.get();
        if (row.importState().equals(UNPLANNED)) {
            guarded(row, this::plan);
            return true;
        }
        allPlanned = true;
        guarded(row, this::importBatch);
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
            plan = null;
            pipeline.drain();
            if (refused.remedy() != Remedy.GIVE_UP || !link.imap().isOpen()) {
                services.broken.skipOrThrow(link, row, refused);
                return;
            }
            LOG.warnf("account=%s mailbox=%s not imported: %s", link.accountId(), row.id(), refused.getMessage());
            write(tx -> {
                if (progress.isStillWanted(tx)) {
                    // Nobody looked whether what was stored is still there: the next look does.
                    tx.execute("update mailbox set import_state = 'done', messages = -1 where id = $1", row.id());
                }
            });
        }
    }

    /** The mailbox that is to be planned or taken in next, as it is stored now. All are read at once: there may be ten thousand. */
    private Optional<MailboxRow> next() {
        Optional<MailboxRow> known = nextKnown();
        if (known.isPresent()) {
            return known;
        }
        services.unfinished(link).stream()
                .sorted(Comparator.comparingInt(HistoryImport::priority)
                        .thenComparing(row -> String.join("/", row.path())))
                .forEach(row -> (row.importState().equals(UNPLANNED) ? unplanned : planned).add(row));
        return nextKnown();
    }

    private Optional<MailboxRow> nextKnown() {
        while (!unplanned.isEmpty() || !planned.isEmpty()) {
            Deque<MailboxRow> queue = unplanned.isEmpty() ? planned : unplanned;
            MailboxRow row = services.mailboxes
                    .find(services.database, queue.getFirst().id())
                    .filter(now -> now.followed() && !services.broken.rests(now.id()))
                    .orElse(null);
            if (row != null && (row.importState().equals(UNPLANNED) || (queue == planned && isPlanned(row)))) {
                return Optional.of(row);
            }
            queue.removeFirst();
            if (row != null && isPlanned(row)) {
                planned.add(row);
            }
        }
        return Optional.empty();
    }

    private static boolean isPlanned(MailboxRow row) {
        return row.importState().equals("planned");
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
        ImportPlan planned = open(row);
        int left = planned.left();
        write(tx -> {
            if (!progress.isStillWanted(tx)) {
                return;
            }
            tx.execute(
                    """
                    update mailbox set import_state = $2, import_done = $3, import_total = $4,
                           uid_validity = case when uid_validity = 0 then $5 else uid_validity end,
                           messages = case when $6 and exists (select 1 from copy where mailbox_id = $1 and uid < live_from
                                                               and vanished_at is null) then -1 else messages end
                    where id = $1
                    """,
                    row.id(),
                    left == 0 ? "done" : "planned",
                    planned.total() - left,
                    planned.total(),
                    planned.uidValidity(),
                    // Nothing is left of an import that was broken off: what went meanwhile is for the next look to
                    // find.
                    left == 0);
            progress.tell(tx);
        });
        // With a connection of its own all mailboxes are planned first, and then opened again one after the other.
        plan = left == 0 || alone ? null : planned;
    }

    /** Selects a mailbox and finds what of its window is not stored. */
    private ImportPlan open(MailboxRow stored) throws MailException {
        SelectedMailbox selected = link.imap().select(stored.name(), null);
        MailboxRow row = services.boundary.drawn(link, stored, selected);
        if (row.uidValidity() != 0 && selected.uidValidity() != row.uidValidity()) {
            // Not ours to repair: the next look at the mailbox re-links it and plans the import anew.
            return ImportPlan.outdated(row);
        }
        LocalDate today = LocalDate.ofInstant(services.clock.instant(), ZoneOffset.UTC);
        LocalDate since = ImportWindow.since(link.account().history(), today).orElse(null);
        UidSet known = StoredUids.known(services.database, row.id(), selected.uidValidity());
        long[] window = link.imap().searchSince(since).stream()
                .mapToLong(Long::longValue)
                .filter(uid -> uid < row.liveFrom())
                .toArray();
        long[] left = java.util.Arrays.stream(window)
                .filter(uid -> !known.contains(uid))
                .toArray();
        return new ImportPlan(row, selected.uidValidity(), selected.highestModSeq(), window.length, left);
    }

    private void importBatch(MailboxRow row) throws MailException {
        ImportPlan at = plan;
        if (at == null || !at.row().id().equals(row.id())) {
            at = open(row);
            plan = at;
        } else if (!alone && link.imap().select(row.name(), null).uidValidity() != at.uidValidity()) {
            // The UIDs of the plan mean other messages now, or none.
            plan = null;
            return;
        }
        progress.begins();
        if (!at.isEmpty()) {
            takeNext(at);
        }
        if (at.isEmpty()) {
            pipeline.drain();
            close(at);
        }
    }

    private void takeNext(ImportPlan at) throws MailException {
        FetchFailures.Place place = new FetchFailures.Place(at.row().id(), at.uidValidity());
        ImportPlan.Batch batch = at.next(uids -> services.summaries.of(link, place, uids), services.failures.of(place));
        BytesInFlight.Taken held = services.bytes.take(false, MailboxIntake.bytesOf(batch.messages()));
        MailboxIntake.Fetched fetched;
        try {
            fetched = services.intake.fetch(link, at.row().id(), at.uidValidity(), batch.messages());
        } catch (MailException | RuntimeException failed) {
            held.close();
            throw failed;
        }
        pipeline.submit(
                () -> {
                    MailboxIntake.Fetched read = services.intake.read(link, fetched, false);
                    return () -> services.intake.record(
                            link, read, false, MailEvent.Source.IMPORT, tx -> progress.count(tx, at, batch));
                },
                held::close);
        if (!alone) {
            pipeline.drain();
        }
    }

    /** All is stored: what happened meanwhile is made up for, then the mailbox is done with. */
    private void close(ImportPlan at) throws MailException {
        if (!at.isOutdated()) {
            services.closing.look(link, at);
        }
        write(tx -> {
            if (progress.isStillWanted(tx)) {
                tx.execute(
                        "update mailbox set import_state = 'done' where id = $1 and uid_validity = $2 and import_state = 'planned'",
                        at.row().id(),
                        at.uidValidity());
                progress.tell(tx);
            }
        });
        plan = null;
    }

    private void write(Consumer<Transaction> work) {
        services.writes.write(link.fence(), tx -> {
            work.accept(tx);
            return null;
        });
    }
}
