package dev.mailroom.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.sync.SyncTest;
import dev.mailroom.sync.UnreachableAccount;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.command.CommandRunner;
import dev.mailroom.sync.command.Commands;
import dev.mailroom.sync.connection.NoTurnException;
import dev.mailroom.sync.connection.Patience;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.history.AccountImport;
import dev.mailroom.sync.history.HistoryImport;
import dev.mailroom.sync.mailbox.Reconciliation;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.testkit.MutableClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an account says while its session waits for the turn to log in to its host. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class TurnWaitTest {
    /** A shard that the running application does not own. */
    private static final int SHARD = 1_002;

    private static final Fence FENCE = new Fence(SHARD, 1);

    private static final UUID ORGANIZATION = UUID.randomUUID();

    private final MutableClock clock = MutableClock.at(Instant.now());
    private final BlockingQueue<Account> opened = new LinkedBlockingQueue<>();
    private final Semaphore looks = new Semaphore(0);
    private final Semaphore looked = new Semaphore(0);
    private @Nullable AccountSession session;

    @Inject
    MailboxSweep sweep;

    @Inject
    InboxWatch watch;

    @Inject
    HistoryImport.Services history;

    @Inject
    AccountImport.Starter imports;

    @Inject
    CommandRunner runner;

    @Inject
    Commands commands;

    @Inject
    Reconciliation reconciliation;

    @Inject
    SettledMail settled;

    @Inject
    SessionReport report;

    @Inject
    SetbackRows setbackRows;

    @Inject
    Accounts accounts;

    @Inject
    Database database;

    @Inject
    SessionConfig config;

    @Inject
    RandomGenerator random;

    @Inject
    MeterRegistry metrics;

    private final UUID account = UUID.randomUUID();

    @BeforeEach
    void ownShard() {
        database.execute(
                "insert into shard (id, epoch, owner) values ($1, 1, 'test') on conflict (id) do nothing", SHARD);
        store(1);
    }

    @AfterEach
    void stop() {
        if (session != null) {
            session.stopAtOnce();
        }
    }

    @Test
    void anAccountThatWasLiveIsConnectingAfterAMinute() throws Exception {
        said(SyncStatus.State.LIVE);
        start();

        clock.advance(config.connectingAfter().minusMillis(1));
        look();
        assertThat(state()).isEqualTo("live");
        clock.advance(Duration.ofMillis(1));
        look();

        assertThat(state()).isEqualTo("connecting");
        // Nothing has failed: however long it waits, nothing is wrong with it.
        clock.advance(config.disconnectedAfter().multipliedBy(2));
        look();
        assertThat(state()).isEqualTo("connecting");
        assertThat(revision()).isEqualTo(2);
    }

    @Test
    void anOutageIsSaidWithTheTimeSinceTheConnectionWasLost() throws Exception {
        said(SyncStatus.State.LIVE);
        setbackRows.write(FENCE, stored(), new Setbacks.Memory(List.of(), clock.instant()));
        clock.advance(Duration.ofSeconds(50));
        start();

        assertThat(state()).isEqualTo("live");
        clock.advance(config.connectingAfter().minusSeconds(50));
        look();
        assertThat(state()).isEqualTo("connecting");
        clock.advance(config.disconnectedAfter().minus(config.connectingAfter()).minusMillis(1));
        look();
        assertThat(state()).isEqualTo("connecting");
        clock.advance(Duration.ofMillis(1));
        look();
        assertThat(state()).isEqualTo("disconnected");
        look();
        assertThat(revision()).isEqualTo(3);
    }

    @Test
    void theFirstConnectionIsConnectingHoweverLongItWaits() throws Exception {
        start();
        long revision = revision();

        clock.advance(config.disconnectedAfter().multipliedBy(2));
        look();

        assertThat(state()).isEqualTo("connecting");
        assertThat(revision()).isEqualTo(revision);
    }

    @Test
    void aNewPasswordIsNotKeptWaitingBehindTheOldOne() throws Exception {
        AccountSession running = start();

        store(2);
        running.changed(stored());
        looks.release();

        assertThat(opened.take().credentialVersion()).isEqualTo(2);
    }

    /** @return after the session looked around for the first time */
    private AccountSession start() throws InterruptedException {
        SessionParts parts = new SessionParts(
                this::queue,
                sweep,
                watch,
                history,
                imports,
                runner,
                commands,
                reconciliation,
                settled,
                report,
                setbackRows,
                accounts,
                database,
                config,
                clock,
                random,
                metrics);
        AccountSession started = new AccountSession(parts, stored(), FENCE, (ended, fenced) -> {});
        session = started;
        started.start(null);
        looked.acquire();
        opened.take();
        return started;
    }

    /** A line that does not move. */
    private ImapSession queue(Account waits, Patience patience) throws NoTurnException, InterruptedException {
        opened.add(waits);
        while (patience instanceof Patience.Background session
                && session.goesOn().getAsBoolean()) {
            looked.release();
            looks.acquire();
        }
        throw new NoTurnException(Duration.ofMinutes(1));
    }

    private void look() throws InterruptedException {
        looks.release();
        looked.acquire();
    }

    private void said(SyncStatus.State state) {
        database.execute(
                "update account set state = $2, status_revision = 1 where id = $1",
                account,
                state.name().toLowerCase(Locale.ROOT));
    }

    private String state() {
        return database.first("select state from account where id = $1", account)
                .orElseThrow()
                .getString("state");
    }

    private long revision() {
        return database.first("select status_revision from account where id = $1", account)
                .orElseThrow()
                .getLong("status_revision");
    }

    private Account stored() {
        return accounts.find(database, account).orElseThrow();
    }

    private void store(long revision) {
        AccountState state = UnreachableAccount.of(account, ORGANIZATION, revision, "none", false, revision);
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Changed(state)));
    }
}
