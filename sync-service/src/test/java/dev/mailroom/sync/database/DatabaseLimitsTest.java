package dev.mailroom.sync.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.sync.SyncTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class DatabaseLimitsTest {
    @Inject
    Database database;

    @ConfigProperty(name = "mp.messaging.incoming.account-work.session.timeout.ms")
    long missedAfterMillis;

    @Test
    void aFrozenReplicaHoldsNoRowUntilTheGroupMissesIt() {
        assertThat(millis("idle_in_transaction_session_timeout")).isPositive().isLessThan(missedAfterMillis);
        assertThat(millis("tcp_user_timeout")).isPositive().isLessThan(missedAfterMillis);
        // Who waits for the rows of a frozen replica still gets them.
        assertThat(millis("lock_timeout")).isGreaterThan(millis("idle_in_transaction_session_timeout"));
        assertThat(millis("statement_timeout")).isGreaterThan(millis("lock_timeout"));
    }

    @Test
    void aTransactionInWhichNothingHappensLosesItsLocksAndChangesNothing() throws Exception {
        UUID account = UUID.randomUUID();
        database.execute("""
                insert into account (id, organization_id, shard, revision, email, username, imap_host, imap_port, imap_encryption,
                                     history, credential_version, created_at)
                values ($1, $1, 2000, 1, 'e', 'frozen', 'h', 1, 'tls', 'none', 1, now())
                """, account);
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch thaw = new CountDownLatch(1);
        CompletableFuture<Void> frozen = CompletableFuture.runAsync(() -> database.inTransaction(tx -> {
            tx.query("set local idle_in_transaction_session_timeout = 300");
            tx.execute("update account set username = 'late' where id = $1", account);
            locked.countDown();
            awaitUninterrupted(thaw);
            return tx.execute("update account set username = 'later' where id = $1", account);
        }));
        assertThat(locked.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(database.execute("update account set email = 'new' where id = $1", account))
                .isEqualTo(1);
        thaw.countDown();

        assertThat(frozen).failsWithin(20, TimeUnit.SECONDS);
        assertThat(database.first("select username from account where id = $1", account)
                        .orElseThrow()
                        .getString("username"))
                .isEqualTo("frozen");
        database.execute("delete from account where id = $1", account);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private long millis(String setting) {
        return database.first("select setting::bigint as s from pg_settings where name = $1", setting)
                .orElseThrow()
                .getLong("s");
    }
}
