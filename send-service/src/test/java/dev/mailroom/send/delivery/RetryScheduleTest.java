package dev.mailroom.send.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
    private static final DeliveryConfig DEFAULTS = new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withConverter(Duration.class, 200, new DurationConverter())
            .withMapping(DeliveryConfig.class)
            .build()
            .getConfigMapping(DeliveryConfig.class);

    @Test
    void triesAfter1And5And15And30And60MinutesAndThenEveryHourForADay() {
        RetrySchedule schedule = RetrySchedule.of(DEFAULTS);
        List<Long> minutes = new ArrayList<>();
        Instant now = START;
        Optional<Instant> next = schedule.next(START, 1, now);
        while (next.isPresent()) {
            minutes.add(Duration.between(now, next.get()).toMinutes());
            now = next.get();
            next = schedule.next(START, minutes.size() + 1, now);
        }

        assertThat(minutes.subList(0, 7)).containsExactly(1L, 5L, 15L, 30L, 60L, 60L, 60L);
        assertThat(minutes).hasSize(27);
        assertThat(Duration.between(START, now)).isBetween(Duration.ofHours(23), Duration.ofHours(24));
    }

    @Test
    void hasTheDefaultsThatAreDocumented() {
        assertThat(DEFAULTS.enabled()).isTrue();
        assertThat(DEFAULTS.concurrentMax()).isEqualTo(64);
        assertThat(DEFAULTS.perHostMax()).isEqualTo(8);
        assertThat(DEFAULTS.lease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(DEFAULTS.pollInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(DEFAULTS.retryEvery()).isEqualTo(Duration.ofHours(1));
        assertThat(DEFAULTS.giveUpAfter()).isEqualTo(Duration.ofHours(24));
        assertThat(DEFAULTS.credentialRetry()).isEqualTo(Duration.ofSeconds(15));
        assertThat(DEFAULTS.replyTimeout()).isEqualTo(Duration.ofSeconds(300));
        assertThat(DEFAULTS.dotTimeout()).isEqualTo(Duration.ofSeconds(600));
        assertThat(DEFAULTS.ehloName()).isEqualTo("[127.0.0.1]");
    }
}
