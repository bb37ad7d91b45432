package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Whose mail waits, and for how long at most. */
class SettlingModesTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration TIME = Duration.ofSeconds(5);
    private static final Duration MEMORY = Duration.ofDays(30);

    private record Fixed(Mode mode, Duration time, Duration memory) implements SettleConfig {}

    @Test
    void anAccountIsRememberedAsLongAsItSays() {
        Settling settling = settling(SettleConfig.Mode.LEARNED, TIME);

        assertThat(settling.waits(null, NOW)).isFalse();
        assertThat(settling.waits(NOW.minus(MEMORY).plusSeconds(1), NOW)).isTrue();
        assertThat(settling.waits(NOW.minus(MEMORY), NOW)).isFalse();
    }

    @Test
    void anInstallationMayDecideForAll() {
        assertThat(settling(SettleConfig.Mode.ALWAYS, TIME).waits(null, NOW)).isTrue();
        assertThat(settling(SettleConfig.Mode.NEVER, TIME).waits(NOW, NOW)).isFalse();
    }

    @Test
    void mailThatIsOlderThanTheTimeAndTheClocksMayDifferHasSettled() {
        Settling settling = settling(SettleConfig.Mode.ALWAYS, TIME);

        assertThat(settling.waits(null, NOW.minusSeconds(64))).isTrue();
        assertThat(settling.waits(null, NOW.minusSeconds(65))).isFalse();
        assertThat(settling.waits(null, NOW.plusSeconds(3_600))).isTrue();
    }

    @Test
    void aLongerTimeThanAMinuteIsRefused() {
        assertThat(settling(SettleConfig.Mode.LEARNED, Settling.TIME_MAX)).isNotNull();
        assertThatThrownBy(() -> settling(SettleConfig.Mode.LEARNED, Settling.TIME_MAX.plusMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settling(SettleConfig.Mode.LEARNED, Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Settling settling(SettleConfig.Mode mode, Duration time) {
        return new Settling(
                new Fixed(mode, time, MEMORY),
                new Quarantine(new SimpleMeterRegistry()),
                Clock.fixed(NOW, ZoneOffset.UTC),
                new SimpleMeterRegistry());
    }
}
