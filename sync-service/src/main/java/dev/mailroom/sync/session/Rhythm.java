package dev.mailroom.sync.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** When a session looks at what. Belongs to one session. */
final class Rhythm {
    /** A wait is never shorter, so that a clock that stands still cannot make a busy loop. */
    private static final Duration WAIT_MIN = Duration.ofMillis(20);

    /** Mail that messages went from is looked for soon, but not for each of many that go one by one. */
    private static final Duration SOON = Duration.ofMillis(500);

    private static final int MISSES_MAX = 3;

    /** Waits one after the other that brought news, after which IDLE is relied on again. */
    private static final int GOOD_SPELL = 3;

    /** Between two looks at INBOX where IDLE cannot be relied on. */
    private static final Duration POLL = Duration.ofSeconds(30);

    private final SessionConfig config;
    private final Clock clock;
    private final RandomGenerator random;
    private Instant nextSweep = Instant.MIN;
    private Instant nextFullCheck = Instant.MIN;
    private boolean inVain;
    private int misses;
    private int announced;

    Rhythm(SessionConfig config, Clock clock, RandomGenerator random) {
        this.config = config;
        this.clock = clock;
        this.random = random;
    }

    boolean sweepDue() {
        return !clock.instant().isBefore(nextSweep);
    }

    boolean fullCheckDue() {
        return !clock.instant().isBefore(nextFullCheck);
    }

    void swept() {
        Instant now = clock.instant();
        if (!now.isBefore(nextFullCheck)) {
            nextFullCheck = now.plus(config.fullCheckInterval());
        }
        nextSweep = now.plus(config.sweepInterval());
    }

    void sweepSoon() {
        Instant soon = clock.instant().plus(SOON);
        nextSweep = soon.isBefore(nextSweep) ? soon : nextSweep;
    }

    /** How long to wait for news: until the next sweep, the next command or the end of this IDLE. */
    Duration waitFor(Optional<Instant> nextCommand) {
        Instant now = clock.instant();
        long idle = (misses >= MISSES_MAX && POLL.compareTo(config.idleMax()) < 0 ? POLL : config.idleMax()).toMillis();
        Instant until = now.plusMillis(idle * 4 / 5 + random.nextLong(Math.max(1, idle * 2 / 5)));
        if (nextSweep.isBefore(until)) {
            until = nextSweep;
        }
        if (nextCommand.isPresent() && nextCommand.get().isBefore(until)) {
            until = nextCommand.get();
        }
        Duration wait = Duration.between(now, until);
        return wait.compareTo(WAIT_MIN) < 0 ? WAIT_MIN : wait;
    }

    /** IDLE said nothing although mail had come. After three times it is not relied on, until it speaks again: INBOX is looked at often. */
    void missed() {
        misses++;
        announced = 0;
    }

    void waited(boolean nothingSaid) {
        inVain = nothingSaid;
        announced = nothingSaid ? announced : announced + 1;
        if (announced >= GOOD_SPELL) {
            misses = 0;
        }
    }

    /** True if the last wait brought nothing: new mail that is found now was not announced. */
    boolean idledInVain() {
        return inVain;
    }
}
