package dev.mailroom.sync.session;

import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.command.CommandRunner;
import dev.mailroom.sync.command.Commands;
import dev.mailroom.sync.connection.ImapOpener;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.history.AccountImport;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.sync.mailbox.Reconciliation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** What every session works with. */
@Singleton
class SessionParts {
    private final ImapOpener opener;
    private final MailboxSweep sweep;
    private final InboxWatch watch;
    private final HistoryImport.Services history;
    private final AccountImport.Starter imports;
    private final CommandRunner commands;
    private final Commands stored;
    private final Reconciliation reconciliation;
    private final SettledMail settled;
    private final SessionReport report;
    private final SetbackRows setbackRows;
    private final Accounts accounts;
    private final Database database;
    private final SessionConfig config;
    private final Clock clock;
    private final RandomGenerator random;
    private final Counter idleMissed;
    private final Counter alarms;
    private final Counter falseAlarms;

    @Inject
    SessionParts(
            ImapOpener opener,
            MailboxSweep sweep,
            InboxWatch watch,
            HistoryImport.Services history,
            AccountImport.Starter imports,
            CommandRunner commands,
            Commands stored,
            Reconciliation reconciliation,
            SettledMail settled,
            SessionReport report,
            SetbackRows setbackRows,
            Accounts accounts,
            Database database,
            SessionConfig config,
            Clock clock,
            RandomGenerator random,
            MeterRegistry metrics) {
        this.opener = opener;
        this.sweep = sweep;
        this.watch = watch;
        this.history = history;
        this.imports = imports;
        this.commands = commands;
        this.stored = stored;
        this.reconciliation = reconciliation;
        this.settled = settled;
        this.report = report;
        this.setbackRows = setbackRows;
        this.accounts = accounts;
        this.database = database;
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.idleMissed = metrics.counter("mailroom_idle_missed_total");
        this.alarms = metrics.counter("mailroom_notify_alarms_total", "outcome", "changed");
        this.falseAlarms = metrics.counter("mailroom_notify_alarms_total", "outcome", "nothing");
    }

    /** Counts what the server said of mailboxes that are not selected, and whether there was something to it. */
    void alarmed(boolean changed) {
        (changed ? alarms : falseAlarms).increment();
    }

    /** Counts mail that IDLE did not announce. */
    void idleMissed() {
        idleMissed.increment();
    }

    ImapOpener opener() {
        return opener;
    }

    MailboxSweep sweep() {
        return sweep;
    }

    InboxWatch watch() {
        return watch;
    }

    HistoryImport.Services history() {
        return history;
    }

    AccountImport.Starter imports() {
        return imports;
    }

    CommandRunner commands() {
        return commands;
    }

    Reconciliation reconciliation() {
        return reconciliation;
    }

    SettledMail settled() {
        return settled;
    }

    SessionReport report() {
        return report;
    }

    SetbackRows setbackRows() {
        return setbackRows;
    }

    SessionConfig config() {
        return config;
    }

    Clock clock() {
        return clock;
    }

    RandomGenerator random() {
        return random;
    }

    /** The account as it is stored now; as it was, if it is gone. */
    Account reload(Account account) {
        return accounts.find(database, account.id()).orElse(account);
    }

    /** When there is something to do that nobody outside says: a command, or mail that has settled. */
    Optional<Instant> nextDue(UUID account) {
        return stored.nextDue(database, account);
    }
}
