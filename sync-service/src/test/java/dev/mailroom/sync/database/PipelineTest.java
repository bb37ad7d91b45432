package dev.mailroom.sync.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.sync.SyncTest;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.pgclient.PgException;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements that are sent without waiting are as safe as those that are waited for. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class PipelineTest {
    private static final int SHARD = 2_000;
    private static final String INSERT = "insert into shard (id, epoch, owner) values ($1, 1, 'pipeline')";

    @Inject
    Database database;

    @BeforeEach
    void forget() {
        database.execute("delete from shard where id = $1", SHARD);
    }

    @Test
    void whatWasSentIsDoneInItsOrderAndCommitted() {
        int epoch = database.inTransaction(tx -> {
            tx.send(INSERT, SHARD);
            tx.send("update shard set epoch = epoch * 10 where id = $1", SHARD);
            Answer before = tx.send("select epoch from shard where id = $1", SHARD);
            tx.send("update shard set epoch = epoch + 1 where id = $1", SHARD);
            assertThat(tx.execute("update shard set owner = 'other' where id = $1", SHARD))
                    .isEqualTo(1);
            return before.rows().getFirst().getInteger("epoch");
        });

        assertThat(epoch).isEqualTo(10);
        assertThat(stored()).isEqualTo(11);
    }

    @Test
    void aStatementThatFailsWithoutAWaitIsNotCommittedInSilence() {
        assertThatThrownBy(() -> database.inTransaction(tx -> {
                    tx.send(INSERT, SHARD);
                    tx.send(INSERT, SHARD);
                    return true;
                }))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("duplicate key");

        assertThat(stored()).isZero();
    }

    @Test
    void theFirstFailureComesOutOfTheNextWait() {
        AtomicInteger reached = new AtomicInteger();
        assertThatThrownBy(() -> database.inTransaction(tx -> {
                    tx.send(INSERT, SHARD);
                    tx.send(INSERT, SHARD);
                    tx.send("select 1");
                    tx.query("select 2");
                    return reached.incrementAndGet();
                }))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("duplicate key");

        assertThat(reached).hasValue(0);
        assertThat(stored()).isZero();
    }

    @Test
    void nothingIsWrittenWithoutTheRowThatIsRequired() {
        AtomicInteger reached = new AtomicInteger();
        assertThatThrownBy(() -> database.inTransaction(tx -> {
                    tx.require(IllegalCallerException::new, "select 1 from shard where id = $1", SHARD);
                    tx.send(INSERT, SHARD);
                    tx.query("select 1");
                    return reached.incrementAndGet();
                }))
                .isInstanceOf(IllegalCallerException.class);
        assertThatThrownBy(() -> database.inTransaction(tx -> {
                    tx.send(INSERT, SHARD);
                    tx.require(IllegalCallerException::new, "select 1 from shard where id = $1", SHARD + 1);
                    return reached.incrementAndGet();
                }))
                .isInstanceOf(IllegalCallerException.class);

        assertThat(reached).hasValue(1);
        assertThat(stored()).isZero();
        int inserted = database.inTransaction(tx -> tx.execute(INSERT, SHARD));
        assertThat(inserted).isEqualTo(1);
    }

    private long stored() {
        return database.first("select epoch from shard where id = $1", SHARD)
                .map(row -> row.getLong("epoch"))
                .orElse(0L);
    }
}
