package dev.mailroom.sync.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginLimiterTest {
    private final AtomicLong nanos = new AtomicLong();
    private final LoginLimiter limiter = new LoginLimiter(5, 2, nanos::get);

    @Test
    void letsABurstThroughAndSpreadsTheRest() {
        assertThat(limiter.reserve("a")).isZero();
        assertThat(limiter.reserve("a")).isZero();
        assertThat(limiter.reserve("a")).isEqualTo(Duration.ofMillis(200));
        assertThat(limiter.reserve("a")).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void countsEachHostForItself() {
        limiter.reserve("a");
        limiter.reserve("a");
        limiter.reserve("a");

        assertThat(limiter.reserve("b")).isZero();
    }

    @Test
    void fillsUpAgainWithTime() {
        limiter.reserve("a");
        limiter.reserve("a");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(limiter.reserve("a")).isZero();
    }
}
