package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboxPruningTest {
    private final RelayStack stack = new RelayStack();

    @AfterEach
    void close() {
        stack.close();
    }

    @Test
    void forgetsOldRowsABoundedNumberPerPassAndKeepsTheOthers() {
        insert(25, "15 days");
        insert(5, "13 days");
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        try (InboxPruning pruning = new InboxPruning(
                stack.pool,
                new InboxPruning.Settings(Duration.ofDays(14), Duration.ofMinutes(1), 10),
                metrics,
                Clock.systemUTC())) {
            assertThat(pruning.prune()).isEqualTo(10);
            assertThat(pruning.prune()).isEqualTo(10);
            assertThat(pruning.prune()).isEqualTo(5);
            assertThat(pruning.prune()).isZero();
        }

        assertThat(stack.count("inbox")).isEqualTo(5);
        assertThat(metrics.counter("mailroom.inbox.pruned").count()).isEqualTo(25);
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        Duration day = Duration.ofDays(1);
        assertThatThrownBy(() -> new InboxPruning.Settings(Duration.ZERO, day, 10))
                .hasMessageContaining("retention");
        assertThatThrownBy(() -> new InboxPruning.Settings(day, Duration.ZERO, 10))
                .hasMessageContaining("prune-interval");
        assertThatThrownBy(() -> new InboxPruning.Settings(day, day, 0)).hasMessageContaining("prune-max-rows");
        assertThatThrownBy(() -> new InboxPruning.Settings(day, day, 100_001)).hasMessageContaining("prune-max-rows");
    }

    private void insert(int rows, String age) {
        stack.pool
                .query("insert into inbox (consumer, event_id, received_at) select 'test', gen_random_uuid(),"
                        + " now() - interval '" + age + "' from generate_series(1, " + rows + ")")
                .executeAndAwait();
    }
}
