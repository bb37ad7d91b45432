package dev.mailroom.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class MutableClockTest {

    @Test
    void standsStillUntilItIsMoved() {
        var clock = MutableClock.at("2026-03-01T10:00:00Z");
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-03-01T10:00:00Z"));

        clock.advance(Duration.ofMinutes(5));

        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-03-01T10:05:00Z"));
    }

    @Test
    void countsMicrosecondsAsTheDatabaseDoes() {
        var clock = MutableClock.at(Instant.parse("2026-03-01T10:00:00.123456789Z"));

        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-03-01T10:00:00.123456Z"));
    }

    @Test
    void movesTogetherWithItsViewInAnotherZone() {
        var clock = MutableClock.at("2026-03-01T10:00:00Z");
        var lisbon = clock.withZone(ZoneId.of("Europe/Lisbon"));

        clock.advance(Duration.ofHours(1));

        assertThat(lisbon.instant()).isEqualTo(clock.instant());
        assertThat(lisbon.getZone()).isEqualTo(ZoneId.of("Europe/Lisbon"));
    }
}
