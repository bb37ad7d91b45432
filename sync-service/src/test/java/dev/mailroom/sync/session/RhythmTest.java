package dev.mailroom.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RhythmTest {
    private static final Duration POLLING = Duration.ofSeconds(36);

    private final SessionConfig config = new SmallRyeConfigBuilder()
            .withConverter(Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
            .withMapping(SessionConfig.class)
            .build()
            .getConfigMapping(SessionConfig.class);
    private final Rhythm rhythm =
            new Rhythm(config, Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC), new Random(1));

    @Test
    void pollsWhereIdleMissedMailThreeTimes() {
        missedThrice();

        assertThat(rhythm.waitFor(Optional.empty())).isLessThanOrEqualTo(POLLING);
    }

    @Test
    void reliesOnIdleAgainAfterAGoodSpell() {
        missedThrice();

        for (int i = 0; i < 3; i++) {
            rhythm.waited(false);
        }

        assertThat(rhythm.waitFor(Optional.empty())).isGreaterThan(POLLING);
    }

    @Test
    void aMissEndsAGoodSpell() {
        missedThrice();

        rhythm.waited(false);
        rhythm.waited(false);
        rhythm.missed();
        rhythm.waited(false);

        assertThat(rhythm.waitFor(Optional.empty())).isLessThanOrEqualTo(POLLING);
    }

    @Test
    void doesNotListenToAServerThatCriesWolf() {
        rhythm.connected("imap.example.com");
        rhythm.watchesAll(true);
        assertThat(rhythm.listensToAlarms()).isTrue();

        for (int i = 0; i < 50; i++) {
            rhythm.alarmed(false);
        }

        assertThat(rhythm.listensToAlarms()).isFalse();
        assertThat(rhythm.mayWatchAll()).isFalse();
        rhythm.connected("imap.example.com");
        assertThat(rhythm.mayWatchAll()).isTrue();
    }

    @Test
    void asksAgainAFewTimesIfTheServerGivesUp() {
        rhythm.connected("imap.example.com");
        int asked = 0;
        while (rhythm.mayWatchAll() && asked < 100) {
            rhythm.watchesAll(true);
            rhythm.watchEnded();
            asked++;
        }

        assertThat(asked).isEqualTo(5);
    }

    @Test
    void idlesShorterWhereTheHostIsKnownToLetItDie() {
        rhythm.swept();

        rhythm.connected("imap.163.com");
        assertThat(rhythm.waitFor(Optional.empty())).isLessThanOrEqualTo(Duration.ofSeconds(66));
        rhythm.connected("imap.rambler.ru");
        assertThat(rhythm.waitFor(Optional.empty())).isLessThanOrEqualTo(Duration.ofSeconds(66));
        rhythm.connected("imap.not163.com");
        assertThat(rhythm.waitFor(Optional.empty())).isGreaterThan(Duration.ofSeconds(66));
        assertThat(IdleHabits.idleMax("imap.mail.yahoo.com", Duration.ofMinutes(4)))
                .isEqualTo(Duration.ofMinutes(3));
    }

    private void missedThrice() {
        rhythm.swept();
        for (int i = 0; i < 3; i++) {
            rhythm.missed();
        }
    }
}
