package dev.mailroom.sync.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailroom.sync.SyncTest;
import dev.mailroom.sync.database.Database;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class ShardsTest {
    private static final int SHARD = 2_001;
    private static final String RAISES_THAT_WAIT =
            "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into shard %'";

    @Inject
    Database database;

    @Inject
    Shards shards;

    @BeforeEach
    @AfterEach
    void forget() {
        database.execute("delete from shard where id = $1", SHARD);
    }

    @Test
    void eachRaiseIsOneMore() {
        assertThat(raise()).containsExactly(new Fence(SHARD, 1));
        assertThat(raise()).containsExactly(new Fence(SHARD, 2));
    }

    @Test
    void aRaiseThatWasGivenUpIsNotDoneWhenItsTurnComes() throws Exception {
        raise();
        database.inTransaction(tx -> {
            tx.execute("select 1 from shard where id = $1 for share", SHARD);
            Thread raising = Thread.ofVirtual()
                    .start(() -> assertThatThrownBy(this::raise).isInstanceOf(CompletionException.class));
            await().until(() -> !database.query(RAISES_THAT_WAIT).isEmpty());
            raising.interrupt();
            await().until(() -> !raising.isAlive());
            return true;
        });
        await().until(() -> database.query(RAISES_THAT_WAIT).isEmpty());

        assertThat(raise()).containsExactly(new Fence(SHARD, 2));
    }

    private List<Fence> raise() {
        return shards.raise(List.of(SHARD), "somebody");
    }
}
