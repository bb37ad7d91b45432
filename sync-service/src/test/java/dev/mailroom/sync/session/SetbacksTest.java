package dev.mailroom.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.sync.mailbox.BlamedFetch;
import dev.mailroom.sync.mailbox.FetchFailures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SetbacksTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    private static final Duration SOON = Duration.ofSeconds(4);

    private final SessionConfig config = SessionDefaults.config();
    private final Setbacks setbacks =
            new Setbacks(config, new Backoff(config.backoffMin(), config.backoffMax(), new Random(1)));

    @Test
    void oneRefusedLoginIsSaidAtOnceAndTriedAgainAfterAMinute() {
        Setbacks.Verdict verdict = setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START);

        assertThat(verdict.said()).isEqualTo(SyncStatus.State.CONNECTING);
        assertThat(verdict.category()).isEqualTo("credentials_refused");
        assertThat(delay(verdict)).isBetween(Duration.ofMinutes(1), Duration.ofSeconds(61));
    }

    @Test
    void aSecondRefusedLoginWaitsForTheRestOfTheWindow() {
        setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START);

        Setbacks.Verdict verdict = setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START.plusSeconds(200));

        assertThat(verdict.said()).isEqualTo(SyncStatus.State.CONNECTING);
        assertThat(delay(verdict)).isBetween(Duration.ofSeconds(700), Duration.ofSeconds(701));
    }

    @Test
    void refusedLoginsAreNeverCloserThanAMinute() {
        setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START);

        assertThat(delay(setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START.plusSeconds(895))))
                .isBetween(Duration.ofMinutes(1), Duration.ofSeconds(61));
    }

    @Test
    void anOutageIsSaidWhenThereWillBeNoConnectionForAMinuteAndNotBefore() {
        assertThat(setbacks.failed(failure(Category.CONNECT_TIMEOUT), START).said())
                .isNull();
        assertThat(setbacks.failed(failure(Category.CONNECT_TIMEOUT), START.plusSeconds(51))
                        .said())
                .isNull();
        // The next try is over the minute.
        Setbacks.Verdict verdict = setbacks.failed(failure(Category.PROTOCOL_ERROR), START.plusSeconds(59));
        assertThat(verdict.said()).isEqualTo(SyncStatus.State.CONNECTING);
        assertThat(verdict.category()).isEqualTo("protocol_error");
        assertThat(setbacks.failed(failure(Category.UNKNOWN_HOST), START.plusSeconds(61))
                        .category())
                .isEqualTo("unknown_host");
        assertThat(setbacks.failedHere("internal", START.plusSeconds(62)).said())
                .isEqualTo(SyncStatus.State.CONNECTING);
    }

    @Test
    void aFailureAfterAConnectionThatWorkedBeginsTheMinuteAnew() {
        setbacks.failed(failure(Category.CONNECT_TIMEOUT), START);
        setbacks.succeeded();

        assertThat(setbacks.failed(failure(Category.CONNECT_TIMEOUT), START.plusSeconds(90))
                        .said())
                .isNull();
    }

    @ParameterizedTest
    @EnumSource(SyncStatus.State.class)
    void aPassingFailureIsNoNewsWhereSomethingWorseIsSaid(SyncStatus.State before) {
        Setbacks.Verdict verdict = setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START);

        assertThat(verdict.changes(before))
                .isEqualTo(!Set.of(
                                SyncStatus.State.AUTH_FAILED,
                                SyncStatus.State.DISCONNECTED,
                                SyncStatus.State.NEEDS_ACTION)
                        .contains(before));
    }

    private static Duration delay(Setbacks.Verdict verdict) {
        return ((SessionState.BackingOff) verdict.next()).delay();
    }

    @Test
    void threeRefusedLoginsOverTimeEndInAuthFailed() {
        Instant now = START;
        Setbacks.Verdict verdict = setbacks.failed(failure(Category.CREDENTIALS_REFUSED), now);
        for (int i = 0; i < 2; i++) {
            now = now.plus(((SessionState.BackingOff) verdict.next()).delay());
            verdict = setbacks.failed(failure(Category.CREDENTIALS_REFUSED), now);
        }

        assertThat(verdict.said()).isEqualTo(SyncStatus.State.AUTH_FAILED);
        assertThat(verdict.next()).isEqualTo(new SessionState.AwaitingPerson(Duration.ZERO));
        assertThat(Duration.between(START, now)).isGreaterThanOrEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void threeRefusedLoginsAtOnceDoNot() {
        for (int i = 0; i < 10; i++) {
            assertThat(setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START)
                            .said())
                    .isEqualTo(SyncStatus.State.CONNECTING);
        }
    }

    @Test
    void aSyncInBetweenForgetsThem() {
        setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START);
        setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START.plusSeconds(600));
        setbacks.succeeded();

        assertThat(setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START.plusSeconds(1_200))
                        .said())
                .isEqualTo(SyncStatus.State.CONNECTING);
    }

    @Test
    void aSessionThatBeginsElsewhereGoesOnCountingRefusals() {
        Instant now = START;
        Setbacks session = setbacks;
        Setbacks.Verdict verdict = session.failed(failure(Category.CREDENTIALS_REFUSED), now);
        for (int i = 0; i < 2; i++) {
            assertThat(verdict.said()).isEqualTo(SyncStatus.State.CONNECTING);
            Setbacks next = restarted(session);
            assertThat(next.untilNextLogin(now)).isEqualTo(delay(verdict));
            now = now.plus(next.untilNextLogin(now));
            assertThat(next.untilNextLogin(now)).isZero();
            verdict = next.failed(failure(Category.CREDENTIALS_REFUSED), now);
            session = next;
        }

        assertThat(verdict.said()).isEqualTo(SyncStatus.State.AUTH_FAILED);
        assertThat(Duration.between(START, now)).isGreaterThanOrEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void aReplicaThatRestartsEachMinuteStillFindsOutThatAServerIsAway() {
        Setbacks session = setbacks;
        for (int minute = 0; minute < 30; minute++) {
            assertThat(session.failed(failure(Category.CONNECT_TIMEOUT), START.plusSeconds(minute * 60L))
                            .said())
                    .isNotEqualTo(SyncStatus.State.DISCONNECTED);
            session = restarted(session);
        }

        assertThat(session.failed(failure(Category.CONNECT_TIMEOUT), START.plusSeconds(30 * 60))
                        .said())
                .isEqualTo(SyncStatus.State.DISCONNECTED);
    }

    @Test
    void remembersNoMoreRefusalsThanItNeeds() {
        for (int i = 0; i < 50; i++) {
            setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START.plusSeconds(i));
        }

        assertThat(setbacks.memory().refusedLogins())
                .containsExactly(START, START.plusSeconds(48), START.plusSeconds(49));
        setbacks.succeeded();
        assertThat(setbacks.memory()).isEqualTo(Setbacks.Memory.NONE);
    }

    private Setbacks restarted(Setbacks before) {
        Setbacks next = new Setbacks(config, new Backoff(config.backoffMin(), config.backoffMax(), new Random(1)));
        next.recall(before.memory());
        return next;
    }

    @Test
    void throttlingIsNeverAuthFailed() {
        for (int i = 0; i < 50; i++) {
            SyncStatus.State said = setbacks.failed(failure(Category.THROTTLED), START.plusSeconds(i * 10L))
                    .said();
            assertThat(said).isEqualTo(SyncStatus.State.THROTTLED);
        }
    }

    @ParameterizedTest
    @EnumSource(Category.class)
    void onlyARefusedPasswordIsEverAuthFailed(Category category) {
        Set<SyncStatus.State> said = new HashSet<>();
        for (int minute = 0; minute < 180; minute++) {
            Setbacks.Verdict verdict = setbacks.failed(failure(category), START.plusSeconds(minute * 60L));
            if (verdict.said() != null) {
                said.add(verdict.said());
            }
        }

        boolean password = category.remedy() == Remedy.REAUTHENTICATE;
        assertThat(said.contains(SyncStatus.State.AUTH_FAILED)).isEqualTo(password);
    }

    @ParameterizedTest
    @EnumSource(
            value = Category.class,
            names = {
                "UNKNOWN_HOST",
                "DNS_TIMEOUT",
                "CONNECTION_REFUSED",
                "CONNECT_TIMEOUT",
                "UNREACHABLE",
                "TLS_HANDSHAKE",
                "GREETING_TIMEOUT",
                "DEADLINE_EXCEEDED",
                "CONNECTION_LOST",
                "PROTOCOL_ERROR",
                "LIMIT_EXCEEDED",
                "THROTTLED",
                "UNAVAILABLE"
            })
    void whatKeepsFailingIsDisconnectedAfterHalfAnHourAndNotBefore(Category category) {
        for (int minute = 0; minute < 30; minute++) {
            assertThat(setbacks.failed(failure(category), START.plusSeconds(minute * 60L))
                            .said())
                    .isNotEqualTo(SyncStatus.State.DISCONNECTED);
        }

        assertThat(setbacks.failed(failure(category), START.plusSeconds(30 * 60))
                        .said())
                .isEqualTo(SyncStatus.State.DISCONNECTED);
    }

    @Test
    void aFetchThatIsHeldAgainstItsMessagesIsSoonTriedAgainAndNothingIsSaid() {
        for (Category category : List.of(Category.UNAVAILABLE, Category.CONNECTION_LOST, Category.COMMAND_REFUSED)) {
            setbacks.succeeded();
            for (int i = 0; i < FetchFailures.BLAMED_MAX; i++) {
                Setbacks.Verdict verdict = setbacks.failed(BlamedFetch.of(failure(category)), START.plusSeconds(i));

                assertThat(verdict.said()).isNull();
                assertThat(((SessionState.BackingOff) verdict.next()).delay()).isBetween(config.backoffMin(), SOON);
            }
            assertThat(setbacks.memory()).isEqualTo(Setbacks.Memory.NONE);
        }
    }

    @Test
    void aServerThatEndsEveryFetchIsHeldToAccountInTheEnd() {
        for (int i = 0; i < FetchFailures.BLAMED_MAX; i++) {
            setbacks.failed(BlamedFetch.of(failure(Category.UNAVAILABLE)), START);
        }

        assertThat(setbacks.failed(BlamedFetch.of(failure(Category.UNAVAILABLE)), START)
                        .said())
                .isEqualTo(SyncStatus.State.THROTTLED);
        assertThat(setbacks.memory().failingSince()).isEqualTo(START);
    }

    @Test
    void aServerThatSaysHowLongToStayAwayIsObeyedWhateverWasFetched() {
        MailException asked = MailException.at(Stage.COMMAND, Category.UNAVAILABLE)
                .suggestedBackoff(Duration.ofMinutes(3))
                .build();

        assertThat(setbacks.failed(BlamedFetch.of(asked), START).next())
                .isEqualTo(new SessionState.BackingOff(Duration.ofMinutes(3)));
    }

    @Test
    void refusalsBetweenOutagesStillCount() {
        setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START);
        setbacks.failed(failure(Category.CONNECT_TIMEOUT), START.plusSeconds(60));
        setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START.plusSeconds(500));
        setbacks.failed(failure(Category.THROTTLED), START.plusSeconds(600));

        assertThat(setbacks.failed(failure(Category.CREDENTIALS_REFUSED), START.plusSeconds(901))
                        .said())
                .isEqualTo(SyncStatus.State.AUTH_FAILED);
    }

    @Test
    void waitsLongerEachTimeUntilMailIsInStepAgain() {
        List<Duration> bounds = new ArrayList<>();
        for (int attempt = 0; attempt < 30; attempt++) {
            bounds.add(longestOf(
                    () -> new Setbacks(config, new Backoff(config.backoffMin(), config.backoffMax(), most())),
                    attempt));
        }

        assertThat(bounds).isSorted();
        assertThat(bounds.getFirst()).isEqualTo(Duration.ofSeconds(4));
        assertThat(bounds.getLast()).isEqualTo(Duration.ofMinutes(5));
    }

    private static Duration longestOf(Supplier<Setbacks> fresh, int failedBefore) {
        Setbacks some = fresh.get();
        for (int i = 0; i < failedBefore; i++) {
            some.failed(failure(Category.CONNECTION_LOST), START);
        }
        return ((SessionState.BackingOff)
                        some.failed(failure(Category.CONNECTION_LOST), START).next())
                .delay();
    }

    /** Chance that always gives the largest number. */
    private static RandomGenerator most() {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return Long.MAX_VALUE;
            }

            @Override
            public long nextLong(long bound) {
                return bound - 1;
            }
        };
    }

    @Test
    void waitsAsLongAsTheServerAsks() {
        MailException asked = MailException.at(Stage.COMMAND, Category.THROTTLED)
                .suggestedBackoff(Duration.ofMinutes(9))
                .build();

        assertThat(setbacks.failed(asked, START).next()).isEqualTo(new SessionState.BackingOff(Duration.ofMinutes(9)));
    }

    @Test
    void anOutageIsDisconnectedOnlyAfterHalfAnHour() {
        assertThat(setbacks.failed(failure(Category.CONNECT_TIMEOUT), START).said())
                .isNull();
        assertThat(setbacks.failed(failure(Category.UNKNOWN_HOST), START.plusSeconds(29 * 60))
                        .said())
                .isEqualTo(SyncStatus.State.CONNECTING);
        assertThat(setbacks.failed(failure(Category.TLS_HANDSHAKE), START.plusSeconds(30 * 60))
                        .said())
                .isEqualTo(SyncStatus.State.DISCONNECTED);
    }

    @Test
    void aCertificateNeedsAPerson() {
        assertThat(setbacks.failed(failure(Category.CERTIFICATE_EXPIRED), START).said())
                .isEqualTo(SyncStatus.State.NEEDS_ACTION);
    }

    @Test
    void backsOffBetweenTwoSecondsAndFiveMinutesWithFullJitter() {
        Backoff backoff = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5), new Random(2));
        long longest = 0;
        for (int attempt = 1; attempt <= 40; attempt++) {
            Duration delay = backoff.delay(attempt);
            assertThat(delay).isBetween(Duration.ofSeconds(2), Duration.ofMinutes(5));
            longest = Math.max(longest, delay.toSeconds());
        }
        assertThat(longest).isGreaterThan(120);
        assertThat(backoff.delay(1)).isLessThanOrEqualTo(Duration.ofSeconds(4));
    }

    private static MailException failure(Category category) {
        return MailException.of(Stage.LOGIN, category);
    }
}
