package dev.mailroom.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RhythmTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Duration SOON = Duration.ofMillis(500);
    private static final Duration POLLING = Duration.ofSeconds(36);

    private final SessionConfig config = SessionDefaults.config();
    private final MutableClock clock = MutableClock.at(NOW);
    private final Rhythm rhythm = new Rhythm(config, clock, new Random(1));

    @Test
    void pollsWhereIdleMissedMailThreeTimes() {
        missedThrice();

        assertThat(rhythm.waitFor(Optional.empty())).isLessThanOrEqualTo(POLLING);
    }

    @Test
    void pollsWhereTheServerHasNoIdle() {
        rhythm.swept();

        rhythm.idles(false);
        assertThat(rhythm.waitFor(Optional.empty())).isLessThanOrEqualTo(POLLING);
        assertThat(rhythm.polls()).isTrue();

        rhythm.idles(true);
        assertThat(rhythm.waitFor(Optional.empty())).isGreaterThan(POLLING);
        assertThat(rhythm.polls()).isFalse();
    }

    @Test
    void reliesOnIdleAgainAfterAGoodSpell() {
        missedThrice();

        for (int i = 0; i < 3; i++) {
            rhythm.waited(false, NOW.minusSeconds(60));
        }

        assertThat(rhythm.waitFor(Optional.empty())).isGreaterThan(POLLING);
    }

    @Test
    void aMissEndsAGoodSpell() {
        missedThrice();

        rhythm.waited(false, NOW.minusSeconds(60));
        rhythm.waited(false, NOW.minusSeconds(60));
        missed();
        rhythm.waited(false, NOW.minusSeconds(60));

        assertThat(rhythm.waitFor(Optional.empty())).isLessThanOrEqualTo(POLLING);
    }

    @Test
    void mailThatComesBetweenShortWaitsIsNotMissed() {
        rhythm.swept();
        for (int i = 0; i < 10; i++) {
            rhythm.waited(true, NOW.minusSeconds(2));

            assertThat(rhythm.found(NOW.minusSeconds(30))).isFalse();
        }

        assertThat(rhythm.waitFor(Optional.empty())).isGreaterThan(POLLING);
    }

    @Test
    void mailThatComesAfterTheEndOfALongWaitIsNotMissed() {
        rhythm.swept();
        for (int i = 0; i < 10; i++) {
            rhythm.waited(true, NOW.minusSeconds(60));

            assertThat(rhythm.found(NOW)).isFalse();
            assertThat(rhythm.found(NOW.minus(config.toldWithin()).plusSeconds(1)))
                    .isFalse();
        }

        assertThat(rhythm.waitFor(Optional.empty())).isGreaterThan(POLLING);
    }

    @Test
    void mailThatWasAnnouncedIsNotMissed() {
        rhythm.waited(false, NOW.minusSeconds(60));

        assertThat(rhythm.found(NOW.minusSeconds(30))).isFalse();
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
    void asksAgainAndLooksAgainUntilNothingIsDifferent() {
        watching();

        rhythm.toldOfMailboxes();

        for (boolean changed : new boolean[] {true, false}) {
            assertThat(rhythm.mayWatchAll()).isTrue();
            assertThat(rhythm.waitFor(Optional.empty())).isLessThanOrEqualTo(SOON);
            sweep(changed);
        }
        assertThat(rhythm.mayWatchAll()).isFalse();
        assertThat(rhythm.waitFor(Optional.empty())).isEqualTo(config.listAgainAfter());
    }

    @Test
    void asksOnceMoreBeforeTheWaitAfterItHasAskedBecauseOfADoubt() {
        watching();
        assertThat(rhythm.watchesOnceMore()).isFalse();
        rhythm.alarmed(true);

        rhythm.watchesAll(true);

        assertThat(rhythm.watchesOnceMore()).isTrue();
        rhythm.watchesAll(true);
        assertThat(rhythm.watchesOnceMore()).isFalse();
    }

    @Test
    void asksAgainWhenASweepFindsWhatWasNotTold() {
        watching();

        sweep(true);

        assertThat(rhythm.mayWatchAll()).isTrue();
        assertThat(rhythm.waitFor(Optional.empty())).isLessThanOrEqualTo(SOON);
    }

    @Test
    void aMailboxThatIsDifferentInEverySweepDoesNotMakeThemFollowEachOther() {
        watching();

        for (int i = 0; i < 4; i++) {
            sweep(true);
        }

        assertThat(rhythm.waitFor(Optional.empty())).isEqualTo(config.sweepInterval());
    }

    @Test
    void asksAgainAfterMailElsewhere() {
        watching();

        rhythm.alarmed(true);

        assertThat(rhythm.mayWatchAll()).isTrue();
        assertThat(rhythm.waitFor(Optional.empty())).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void sweepsWhenSomethingIsDueAndNotForEachThingThatIs() {
        Instant now = Instant.parse("2026-11-20T10:00:00Z");
        watching();

        rhythm.decides(Optional.of(now.plusSeconds(30)));
        assertThat(rhythm.waitFor(Optional.empty())).isEqualTo(Duration.ofSeconds(30));

        rhythm.decides(Optional.of(now.minusSeconds(1)));
        assertThat(rhythm.waitFor(Optional.empty())).isEqualTo(Duration.ofSeconds(2));
    }

    private void watching() {
        rhythm.connected("mail.example");
        rhythm.watchesAll(true);
        sweep(false);
    }

    private void sweep(boolean changed) {
        if (rhythm.mayWatchAll()) {
            rhythm.watchesAll(true);
        }
        rhythm.swept();
        rhythm.confirmed(changed);
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

    @Test
    void aWhileAfterMailboxesChangedAnotherConnectionIsDue() {
        rhythm.swept();
        rhythm.watchesAll(true);

        rhythm.mailboxesChanged();
        assertThat(rhythm.waitFor(Optional.empty())).isEqualTo(config.listAgainAfter());
        assertThat(rhythm.anotherConnectionDue()).isFalse();

        clock.advance(config.listAgainAfter());
        assertThat(rhythm.anotherConnectionDue()).isTrue();

        rhythm.connected("mail.example.com");
        assertThat(rhythm.anotherConnectionDue()).isFalse();
    }

    @Test
    void mailboxesThatChangeAllTheTimeDoNotPutItOff() {
        rhythm.watchesAll(true);
        rhythm.mailboxesChanged();
        clock.advance(config.listAgainAfter());

        rhythm.toldOfMailboxes();

        assertThat(rhythm.anotherConnectionDue()).isTrue();
    }

    @Test
    void theListIsBelievedWhereTheServerDoesNotTellOfAllMailboxes() {
        rhythm.mailboxesChanged();
        clock.advance(Duration.ofDays(1));

        assertThat(rhythm.anotherConnectionDue()).isFalse();
    }

    private void missedThrice() {
        rhythm.swept();
        for (int i = 0; i < 3; i++) {
            missed();
        }
    }

    /** Mail came in the middle of an IDLE that was silent. */
    private void missed() {
        rhythm.waited(true, NOW.minusSeconds(60));
        assertThat(rhythm.found(NOW.minusSeconds(30))).isTrue();
    }
}
