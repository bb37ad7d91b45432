package dev.mailroom.sync.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Heartbeats heartbeats = new Heartbeats(Duration.ofSeconds(10), nanos::get);

    @Test
    void isNotCurrentBeforeTheGroupHasAnswered() {
        assertThat(heartbeats.areCurrent()).isFalse();
    }

    @Test
    void endsHalfASessionTimeoutAfterTheLastAnswer() {
        heartbeats.observe(1);
        nanos.addAndGet(Duration.ofMillis(4_999).toNanos());
        assertThat(heartbeats.areCurrent()).isTrue();

        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(heartbeats.areCurrent()).isFalse();
    }

    @Test
    void countsOnlyNewAnswers() {
        heartbeats.observe(1);
        nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        heartbeats.observe(1);
        assertThat(heartbeats.areCurrent()).isFalse();

        heartbeats.observe(2);
        assertThat(heartbeats.areCurrent()).isTrue();
    }
}
