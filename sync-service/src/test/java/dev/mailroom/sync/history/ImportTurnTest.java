package dev.mailroom.sync.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.sync.SyncTest;
import dev.mailroom.sync.UnreachableAccount;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.connection.HostConnections;
import dev.mailroom.sync.connection.NoTurnException;
import dev.mailroom.sync.connection.Patience;
import dev.mailroom.sync.connection.SecondConnections;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.ownership.Fence;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** An import that waits for its turn to log in. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class ImportTurnTest {
    /** A shard that the running application does not own. */
    private static final int SHARD = 1_003;

    @Inject
    HistoryImport.Services services;

    @Inject
    HostConnections hosts;

    @Inject
    SecondConnections places;

    @Inject
    HistoryConfig config;

    @Inject
    Clock clock;

    @Inject
    RandomGenerator random;

    @Inject
    Accounts accounts;

    @Inject
    Database database;

    @Test
    void makesRoomForAReader() throws Exception {
        Account account = stored();
        CountDownLatch queued = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AccountImport.Starter starter = new AccountImport.Starter(
                services,
                (waits, patience) -> {
                    queued.countDown();
                    return queue(patience);
                },
                hosts,
                places,
                config,
                clock,
                random);
        AccountImport waiting = Objects.requireNonNull(starter.start(account, new Fence(SHARD, 1), ended::countDown));
        queued.await();

        try {
            places.awaitForReader(account.id(), Duration.ofSeconds(8))
                    .orElseThrow()
                    .close();

            ended.await();
            assertThat(waiting.end()).isEqualTo(AccountImport.End.YIELDED);
        } finally {
            waiting.stop();
        }
    }

    /** A line that does not move. */
    private static ImapSession queue(Patience patience) throws NoTurnException, InterruptedException {
        Semaphore never = new Semaphore(0);
        boolean turn = false;
        while (!turn && ((Patience.Background) patience).goesOn().getAsBoolean()) {
            turn = never.tryAcquire(20, TimeUnit.MILLISECONDS);
        }
        throw new NoTurnException(Duration.ofMinutes(1));
    }

    private Account stored() {
        UUID id = UUID.randomUUID();
        AccountState state = UnreachableAccount.of(id, UUID.randomUUID(), 1, "1y", false, 1);
        database.inTransaction(tx -> accounts.apply(tx, SHARD, new AccountEvent.Changed(state)));
        return accounts.find(database, id).orElseThrow();
    }
}
