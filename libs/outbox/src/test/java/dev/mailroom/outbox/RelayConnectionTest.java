package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.outbox.RelayConnection.RelayConnectionException;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RelayConnectionTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LEASE = Duration.ofSeconds(5);

    private final RelayStack stack = new RelayStack();

    @AfterEach
    void close() {
        stack.close();
    }

    @Test
    void readsNoMoreEventsAndBytesThanItMay() throws Exception {
        String data = "x".repeat(1_000);
        stack.insertAll(Stream.generate(() -> RelayStack.row(stack.topic, "a", data))
                .limit(10)
                .toList());
        try (RelayConnection connection = open()) {
            assertThat(read(connection, 4, 1_000_000)).hasSize(4);
            assertThat(read(connection, 100, 2_500)).hasSize(3);
            assertThat(read(connection, 100, 2_000)).hasSize(2);
            // One is always taken, or it would stand in the way for ever.
            assertThat(read(connection, 100, 10)).hasSize(1);
            assertThat(read(connection, 100, 1_000_000)).hasSize(10);
        }
    }

    @Test
    void deletesWhatIsSentBeforeItReads() throws Exception {
        stack.insert("a", "1");
        stack.insert("a", "2");
        try (RelayConnection connection = open()) {
            List<OutboxRow> rows = read(connection, 1, 1_000);

            List<OutboxRow> rest =
                    connection.deleteAndFetch(List.of(rows.getFirst().id()), List.of(), 10, 1_000);

            assertThat(rest).extracting(row -> new String(row.payload())).containsExactly("2");
            assertThat(connection.deleteAndFetch(List.of(), List.of(stack.topic), 10, 1_000))
                    .isEmpty();
        }
    }

    @Test
    void onlyOneConnectionLeadsAndWritersAreSeenUntilTheyEnd() throws Exception {
        try (RelayConnection first = open();
                RelayConnection second = open()) {
            assertThat(first.tryLead()).isTrue();
            assertThat(second.tryLead()).isFalse();

            assertThat(first.noWriters()).isTrue();
            var writer = stack.pool.getConnectionAndAwait();
            var transaction = writer.beginAndAwait();
            writer.preparedQuery(RelayStack.INSERT).executeAndAwait(RelayStack.row(stack.topic, "a", "1"));
            assertThat(first.noWriters()).isFalse();
            transaction.rollbackAndAwait();
            writer.closeAndAwait();
            assertThat(first.noWriters()).isTrue();

            first.close();
            assertThat(first.isLost()).isTrue();
            assertThat(second.tryLead()).isTrue();
        }
    }

    @Test
    void leavesNoSettingsOfItsOwnToThePool() throws Exception {
        for (int round = 0; round < 10; round++) {
            open().close();
        }

        for (int connection = 0; connection < 8; connection++) {
            assertThat(stack.pool
                            .query("show application_name")
                            .executeAndAwait()
                            .iterator()
                            .next()
                            .getString(0))
                    .isNotEqualTo("outbox-relay");
        }
    }

    @Test
    void saysWhenThereIsNoPostgres() {
        Pool nowhere = RelayPool.of("postgresql://127.0.0.1:1/none", "none");

        assertThatThrownBy(() -> RelayConnection.open(nowhere, TIMEOUT, LEASE, () -> {}))
                .isInstanceOf(RelayConnectionException.class);
        nowhere.closeAndAwait();
    }

    private RelayConnection open() throws InterruptedException {
        return RelayConnection.open(stack.pool, TIMEOUT, LEASE, () -> {});
    }

    private static List<OutboxRow> read(RelayConnection connection, int events, long bytes)
            throws InterruptedException {
        return connection.deleteAndFetch(List.of(), List.of(), events, bytes);
    }
}
