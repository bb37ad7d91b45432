package dev.mailroom.sync.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LoginLimiterTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicReference<Double> share = new AtomicReference<>(1.0);
    private final LoginLimiter limiter = new LoginLimiter(5, 2, share::get, nanos::get);

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

    @Test
    void aThousandSessionsThatStartAtOnceAreSpreadAtThePaceOfTheirHost() {
        Duration last = Duration.ZERO;
        for (int i = 0; i < 1_000; i++) {
            last = limiter.reserve("a");
        }

        assertThat(last).isCloseTo(Duration.ofSeconds(200), Duration.ofSeconds(1));
    }

    @Test
    void replicasShareThePace() {
        LoginLimiter one = new LoginLimiter(5, 2, () -> 0.75, nanos::get);
        LoginLimiter other = new LoginLimiter(5, 2, () -> 0.25, nanos::get);

        assertThat(perSecond(one) + perSecond(other)).isCloseTo(5, within(0.1));
    }

    @Test
    void aTurnThatIsNotNeededIsTheNextOnes() {
        limiter.reserve("a");
        limiter.reserve("a");
        limiter.reserve("a");
        limiter.giveBack("a");

        assertThat(limiter.reserve("a")).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aHostThatRefusesIsAskedLessOftenUntilItLetsUsInAgain() {
        limiter.reserve("a");
        limiter.reserve("a");
        limiter.refused("a");
        assertThat(limiter.reserve("a")).isEqualTo(Duration.ofMillis(400));
        limiter.giveBack("a");

        for (int i = 0; i < 100; i++) {
            limiter.refused("a");
        }
        assertThat(limiter.reserve("a")).isEqualTo(Duration.ofMillis(Math.round(200 / LoginLimiter.SLOWEST)));
        limiter.giveBack("a");

        for (int i = 0; i < 100; i++) {
            limiter.accepted("a");
        }
        assertThat(limiter.reserve("a")).isEqualTo(Duration.ofMillis(200));
    }

    private static double perSecond(LoginLimiter limiter) {
        for (int i = 0; i < 10; i++) {
            limiter.reserve("a");
        }
        Duration before = limiter.reserve("a");
        return 1e9 / limiter.reserve("a").minus(before).toNanos();
    }
}
