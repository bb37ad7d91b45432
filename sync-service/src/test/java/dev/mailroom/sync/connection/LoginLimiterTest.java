package dev.mailroom.sync.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginLimiterTest {
    private static final Patience SESSION = new Patience.Background(() -> true);
    private static final Patience.Reader READER = new Patience.Reader(Duration.ofSeconds(10));

    private final AtomicLong nanos = new AtomicLong();
    private final List<Duration> slept = new ArrayList<>();
    private final LoginLimiter limiter = limiter(1);

    @Test
    void letsABurstThroughAndSpreadsTheRest() {
        assertThat(wait("a")).isZero();
        assertThat(wait("a")).isZero();
        assertThat(wait("a")).isEqualTo(Duration.ofMillis(200));
        assertThat(wait("a")).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void countsEachHostForItself() {
        wait("a");
        wait("a");
        wait("a");

        assertThat(wait("b")).isZero();
    }

    @Test
    void fillsUpAgainWithTime() {
        wait("a");
        wait("a");
        pass(Duration.ofSeconds(1));

        assertThat(wait("a")).isZero();
    }

    @Test
    void aThousandSessionsThatStartAtOnceAreSpreadAtThePaceOfTheirHost() {
        Duration last = Duration.ZERO;
        for (int i = 0; i < 1_000; i++) {
            last = wait("a");
        }

        assertThat(last).isCloseTo(Duration.ofSeconds(200), Duration.ofSeconds(1));
    }

    @Test
    void replicasShareThePace() {
        assertThat(perSecond(limiter(0.75)) + perSecond(limiter(0.25))).isCloseTo(5, within(0.1));
    }

    @Test
    void aTurnThatIsNotNeededIsTheNextOnes() {
        wait("a");
        wait("a");
        limiter.queue("a").giveBack();

        assertThat(wait("a")).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void whoWaitsMovesUpWhenSomebodyBeforeHimGoes() {
        wait("a");
        wait("a");
        LoginLimiter.Turn before = limiter.queue("a");
        LoginLimiter.Turn behind = limiter.queue("a");

        before.giveBack();

        assertThat(behind.left()).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aHostThatRefusesSeveralAccountsIsAskedLessOften() {
        crowd("a");
        refused("a", SESSION, LoginLine.REFUSED_ACCOUNTS_MIN);
        assertThat(step("a")).isEqualTo(Duration.ofMillis(400));

        refused("a", SESSION, 100);
        assertThat(step("a")).isEqualTo(Duration.ofMillis(Math.round(200 / LoginLine.SLOWEST)));

        for (int i = 0; i < 100; i++) {
            limiter.accepted("a");
        }
        assertThat(step("a")).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void whatAHostSaysToOneAccountOrTwoIsTheirsToMend() {
        crowd("a");
        UUID one = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        for (int i = 0; i < 100; i++) {
            limiter.refused("a", one, SESSION);
            limiter.refused("a", other, READER);
        }

        assertThat(step("a")).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void refusalsThatLieFarApartAreNotTheHosts() {
        crowd("a");
        for (int i = 0; i < 20; i++) {
            refused("a", SESSION, 1);
            pass(LoginLine.REFUSED_WITHIN
                    .dividedBy(LoginLine.REFUSED_ACCOUNTS_MIN - 1)
                    .plusMillis(1));
        }

        crowd("a");
        assertThat(step("a")).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void timeWithoutRefusalsGivesAHostItsPaceBack() {
        refused("a", SESSION, 2 * LoginLine.REFUSED_ACCOUNTS_MIN);
        crowd("a");
        assertThat(step("a")).isEqualTo(Duration.ofMillis(800));

        pass(LoginLine.RECOVERY);
        crowd("a");
        assertThat(step("a")).isEqualTo(Duration.ofMillis(400));

        pass(LoginLine.RECOVERY.multipliedBy(3));
        crowd("a");
        assertThat(step("a")).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void whoWaitsAlreadyHasHisTurnSoonerWhenTheHostRecovers() {
        refused("a", SESSION, 100);
        LoginLimiter.Turn last = limiter.queue("a");
        for (int i = 0; i < 30; i++) {
            last = limiter.queue("a");
        }
        Duration slow = last.left();

        pass(LoginLine.RECOVERY.multipliedBy(2));

        assertThat(last.left())
                .isLessThan(slow.minus(LoginLine.RECOVERY.multipliedBy(2)).dividedBy(3));
    }

    @Test
    void aReaderDoesNotStandBehindSessions() {
        for (int i = 0; i < 500; i++) {
            wait("a");
        }

        for (int i = 0; i < LoginLimiter.READERS_BURST; i++) {
            assertThat(readerWait("a")).isZero();
        }
        assertThat(readerWait("a")).isEqualTo(Duration.ofMillis(500));
        assertThat(readerWait("a")).isEqualTo(Duration.ofMillis(1_000));
    }

    @Test
    void fifteenReadersAtOnceAllHaveTheirTurnInTime() throws Exception {
        refused("a", SESSION, 100);
        crowd("a");

        for (int i = 0; i < 15; i++) {
            assertThat(readerWait("a")).isLessThan(READER.max());
        }
    }

    @Test
    void readersLeaveSessionsTheirPartHoweverSlowTheHostIs() {
        for (int refusals : new int[] {0, 100}) {
            String host = "host" + refusals;
            refused(host, SESSION, refusals);
            crowd(host);
            Duration before = step(host);
            LoginLimiter.Turn session = limiter.queue(host);
            Duration alone = session.left();
            int readers = 100;
            for (int i = 0; i < readers; i++) {
                readerWait(host);
            }

            // As long as readers take for that, sessions have at least what readers may not have.
            Duration busy = Duration.ofMillis(500).multipliedBy(readers);
            double pushed = (double) session.left().minus(alone).toNanos() / busy.toNanos();
            assertThat(pushed).isCloseTo(LoginLimiter.READERS_PART, within(0.01));
            assertThat(step(host)).isEqualTo(before);
        }
    }

    @Test
    void whatIsFreeIsTheReadersToo() {
        for (int i = 0; i < 50; i++) {
            pass(Duration.ofMillis(200));
            assertThat(readerWait("a")).isZero();
        }
        // None of their own turns was needed for it.
        crowd("a");
        for (int i = 0; i < LoginLimiter.READERS_BURST; i++) {
            assertThat(readerWait("a")).isZero();
        }
    }

    @Test
    void aHostThatRefusesReadersIsAskedLessOftenByThem() {
        crowd("a");
        refused("a", READER, LoginLine.REFUSED_ACCOUNTS_MIN);
        for (int i = 0; i < LoginLimiter.READERS_BURST; i++) {
            readerWait("a");
        }

        assertThat(readerWait("a")).isEqualTo(Duration.ofSeconds(1));
        assertThat(step("a")).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void aReplicaWithoutAccountsServesReaders() {
        LoginLimiter fresh = limiter(0);
        for (int i = 0; i < 1 + LoginLimiter.READERS_BURST; i++) {
            assertThat(fresh.queueReader("a").left()).isZero();
        }

        assertThat(fresh.queueReader("a").left()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aReaderWhoWouldWaitTooLongIsToldSoAtOnceAndHoldsNobodyUp() {
        crowd("a");
        Duration next = Duration.ZERO;
        while (next.compareTo(READER.max()) <= 0) {
            next = readerWait("a").plusMillis(500);
        }
        Duration session = limiter.queue("a").left();

        Duration told = next;
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> limiter.await("a", READER))
                    .isInstanceOfSatisfying(
                            NoTurnException.class,
                            late -> assertThat(late.left()).isEqualTo(told));
        }
        assertThat(slept).isEmpty();
        assertThat(limiter.queue("a").left()).isEqualTo(session.plusMillis(200));
    }

    @Test
    void aReaderWaitsForHisTurn() throws Exception {
        crowd("a");
        for (int i = 0; i < LoginLimiter.READERS_BURST + 9; i++) {
            readerWait("a");
        }

        limiter.await("a", READER);

        assertThat(nanos.get()).isEqualTo(Duration.ofSeconds(5).toNanos());
        assertThat(slept).allMatch(pause -> pause.compareTo(Patience.LOOK_INTERVAL) <= 0);
    }

    @Test
    void aSessionLooksAroundWhileItWaits() throws Exception {
        for (int i = 0; i < 302; i++) {
            wait("a");
        }
        AtomicInteger looks = new AtomicInteger();

        limiter.await("a", new Patience.Background(() -> looks.incrementAndGet() > 0));

        assertThat(nanos.get()).isEqualTo(Duration.ofMillis(60_200).toNanos());
        assertThat(looks.get()).isEqualTo(31);
    }

    @Test
    void aSessionThatIsNotWantedAnyMoreGivesItsTurnUp() {
        crowd("a");
        AtomicInteger looks = new AtomicInteger();
        LoginLimiter.Turn before = limiter.queue("a");
        Duration then = before.left().plusMillis(200);

        assertThatThrownBy(() -> limiter.await("a", new Patience.Background(() -> looks.incrementAndGet() < 1)))
                .isInstanceOf(NoTurnException.class);

        assertThat(wait("a")).isEqualTo(then);
    }

    private LoginLimiter limiter(double part) {
        return new LoginLimiter(5, 2, () -> part, nanos::get, pause -> {
            slept.add(pause);
            pass(pause);
        });
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    private Duration wait(String host) {
        return limiter.queue(host).left();
    }

    private Duration readerWait(String host) {
        return limiter.queueReader(host).left();
    }

    private void refused(String host, Patience patience, int accounts) {
        for (int i = 0; i < accounts; i++) {
            limiter.refused(host, UUID.randomUUID(), patience);
        }
    }

    /** So many that somebody waits. */
    private void crowd(String host) {
        while (wait(host).isZero()) {
            assertThat(slept).isEmpty();
        }
    }

    /** Between two that wait. */
    private Duration step(String host) {
        Duration before = wait(host);
        Duration step = wait(host).minus(before);
        return Duration.ofMillis(Math.round(step.toNanos() / 1e6));
    }

    private static double perSecond(LoginLimiter limiter) {
        for (int i = 0; i < 10; i++) {
            limiter.queue("a");
        }
        Duration before = limiter.queue("a").left();
        return 1e9 / limiter.queue("a").left().minus(before).toNanos();
    }
}
