package dev.mailroom.sync.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseSilenceTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final DatabaseSilence silence = silence();

    @BeforeEach
    void watch() {
        silence.watched();
        answeredAfter(1);
    }

    @Test
    void theTimeInWhichAReplicaStartsIsNoSilence() {
        DatabaseSilence starting = silence();
        pass(60);

        assertThat(starting.tell()).isFalse();
        assertThat(starting.isNews()).isFalse();

        starting.watched();
        pass(9);
        assertThat(starting.lasts()).isFalse();
        pass(1);
        assertThat(starting.lasts()).isTrue();
        assertThat(starting.isNews()).isTrue();
    }

    @Test
    void anAnswerNowAndThenIsNoSilence() {
        for (int i = 0; i < 20; i++) {
            answeredAfter(4);
            assertThat(silence.lasts()).isFalse();
            assertThat(silence.isNews()).isFalse();
        }
    }

    @Test
    void isTrueAfterHalfOfTheTimeAndNewsAfterAllOfIt() {
        pass(5);
        assertThat(silence.lasts()).isTrue();
        assertThat(silence.isNews()).isFalse();

        pass(5);
        assertThat(silence.isNews()).isTrue();
    }

    @Test
    void isNewsNoMoreWhenTheGroupWasTold() {
        pass(10);
        assertThat(silence.tell()).isTrue();
        assertThat(silence.isNews()).isFalse();

        pass(100);
        assertThat(silence.isNews()).isFalse();
    }

    @Test
    void aSilenceThatNobodyWasToldOfEndsUnheard() {
        pass(9);
        answeredAfter(0);

        assertThat(silence.lasts()).isFalse();
        pass(1);
        assertThat(silence.isNews()).isFalse();
    }

    @Test
    void thatItIsOverIsNewsWhenItWasOverForAsLong() {
        pass(20);
        silence.tell();

        answeredAfter(0);
        assertThat(silence.isNews()).isFalse();
        answeredAfter(4);
        answeredAfter(4);
        assertThat(silence.isNews()).isFalse();
        answeredAfter(2);
        assertThat(silence.isNews()).isTrue();

        assertThat(silence.tell()).isFalse();
        assertThat(silence.isNews()).isFalse();
    }

    @Test
    void aPauseInTheAnswersBeginsTheWaitAnew() {
        pass(20);
        silence.tell();
        answeredAfter(0);
        answeredAfter(4);

        answeredAfter(6);
        answeredAfter(4);
        assertThat(silence.isNews()).isFalse();
    }

    @Test
    void whoIsAskedDuringSomebodyElsesRebalanceSaysSoAndTellsTheEndOfIt() {
        pass(6);
        assertThat(silence.tell()).isTrue();

        answeredAfter(0);
        for (int i = 0; i < 4; i++) {
            answeredAfter(3);
        }
        assertThat(silence.isNews()).isTrue();
    }

    @Test
    void whatTheGroupIsToldIsAsOfNowAndNotAsOfTheLastLook() {
        pass(7);
        answered.set(nanos.get());

        assertThat(silence.tell()).isFalse();

        pass(4);
        assertThat(silence.lasts()).isFalse();
    }

    @Test
    void anAnswerEndsTheSilenceBeforeTheNextLook() {
        pass(10);
        assertThat(silence.lasts()).isTrue();
        answered.set(nanos.get());

        assertThat(silence.lasts()).isFalse();
        assertThat(silence.isNews()).isFalse();
    }

    private DatabaseSilence silence() {
        return new DatabaseSilence(Duration.ofSeconds(10), answered::get, nanos::get);
    }

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private void answeredAfter(int seconds) {
        pass(seconds);
        answered.set(nanos.get());
        look();
    }

    /** As once a second, whatever comes of it. */
    private void look() {
        boolean unused = silence.isNews();
    }
}
