package dev.mailroom.sync.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** When a session looks at what. Belongs to one session. */
final class Rhythm {
    /** A wait is never shorter, so that a clock that stands still cannot make a busy loop. */
    private static final Duration WAIT_MIN = Duration.ofMillis(20);

    /** Mail that messages went from is looked for soon, but not for each of many that go one by one. */
    private static final Duration SOON = Duration.ofMillis(500);

    private static final int MISSES_MAX = 3;

    /** Waits one after the other that brought news, after which IDLE is relied on again. */
    private static final int GOOD_SPELL = 3;

    /** Times that a server is asked anew on one connection to tell of all mailboxes. */
    private static final int WATCHES_MAX = 5;

    /** After mail elsewhere was looked at, which may have silenced the server, it is asked to go on telling. */
    private static final Duration DOUBT = Duration.ofSeconds(10);

    /** Sweeps one after the other that look whether something happened while the server was silent. */
    private static final int CONFIRMATIONS_MAX = 3;

    /** Between two sweeps that are begun to decide what became of what vanished. */
    private static final Duration BETWEEN_DECISIONS = Duration.ofSeconds(2);

    /** Announcements of changes one after the other, with nothing changed, after which the sweeps have to do. */
    private static final int FALSE_ALARMS_MAX = 50;

    /** Between two looks at INBOX where IDLE cannot be relied on. */
    private static final Duration POLL = Duration.ofSeconds(30);

    /** Between two mailboxes that are compared as a whole, so that live mail goes first. */
    private static final Duration BETWEEN_COMPARISONS = Duration.ofSeconds(1);

    private final SessionConfig config;
    private final Clock clock;
    private final RandomGenerator random;
    private final StatusTurns turns = new StatusTurns();
    private Duration idleMax;
    private Instant lastSweep = Instant.EPOCH;
    private Instant nextSweep = Instant.MIN;
    private Instant nextFullCheck = Instant.MIN;
    private @Nullable Silence silence;
    private boolean watchesAll;
    private int falseAlarms;
    private int watches;
    private boolean watchInDoubt;
    private boolean watchOnceMore;
    private int confirmations;
    private @Nullable Instant listAgainAt;
    private boolean idles = true;
    private int misses;
    private int announced;
    private boolean reconciling;
    private boolean sweptSinceReconciled;

    Rhythm(SessionConfig config, Clock clock, RandomGenerator random) {
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.idleMax = config.idleMax();
    }

    /** An IDLE that brought nothing. */
    private record Silence(Instant from, Instant until) {
        /** Whether what happened then was there for long enough while it was open. */
        boolean concerns(Instant happened, Duration toldWithin) {
            Instant latest = until.minus(toldWithin);
            return !from.isAfter(latest) && !happened.isAfter(latest);
        }
    }

    /** Whose turn it is in the sweeps of this session. */
    StatusTurns turns() {
        return turns;
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
        lastSweep = now;
        nextSweep = now.plus(config.sweepInterval());
        sweptSinceReconciled = true;
    }

    /** Whether it is time to ask for a mailbox that is to be compared as a whole: after a sweep, and while there are more. */
    boolean mayReconcile() {
        return reconciling || sweptSinceReconciled;
    }

    /** @param more whether there may be another one to compare */
    void reconciled(boolean more) {
        reconciling = more;
        sweptSinceReconciled = false;
    }

    void sweepSoon() {
        sweepWithin(SOON);
    }

    private void sweepWithin(Duration time) {
        Instant latest = clock.instant().plus(time);
        nextSweep = latest.isBefore(nextSweep) ? latest : nextSweep;
    }

    /** There is something that only a sweep decides; what comes shortly after it is decided with it. */
    void decides(Optional<Instant> due) {
        due.ifPresent(when -> {
            Instant at = when.isBefore(lastSweep.plus(BETWEEN_DECISIONS)) ? lastSweep.plus(BETWEEN_DECISIONS) : when;
            nextSweep = at.isBefore(nextSweep) ? at : nextSweep;
        });
    }

    /** Whether the server may be asked to tell of all mailboxes: not over and over by one that cannot keep it up. */
    boolean mayWatchAll() {
        return watchesAll
                ? watchInDoubt && falseAlarms < FALSE_ALARMS_MAX
                : watches < WATCHES_MAX && falseAlarms < FALSE_ALARMS_MAX;
    }

    /** The server was asked to tell of all mailboxes. */
    void watchesAll(boolean agreed) {
        watches += watchesAll ? 0 : 1;
        watchesAll = agreed;
        watchOnceMore = agreed && watchInDoubt;
        watchInDoubt = false;
    }

    /**
     * Whether the server is to be asked once more right before the wait: it was asked because it may have fallen silent, and the look at the
     * mailboxes that followed may have silenced it again. Asked for once.
     */
    boolean watchesOnceMore() {
        boolean asks = watchOnceMore && watchesAll;
        watchOnceMore = false;
        return asks;
    }

    /** The server told of mailboxes that came or went. To list them may silence it: it is asked to go on, and all is looked at again. */
    void toldOfMailboxes() {
        confirmations = 0;
        watchInDoubt = true;
        sweepSoon();
        mailboxesChanged();
    }

    /** Mailboxes came, went or were renamed: where the server tells of all of them, the list of this connection may be an old one from now on. */
    void mailboxesChanged() {
        if (watchesAll && listAgainAt == null) {
            listAgainAt = clock.instant().plus(config.listAgainAfter());
        }
    }

    /** Whether it is time to list the mailboxes over another connection. */
    boolean anotherConnectionDue() {
        return listAgainAt != null && !clock.instant().isBefore(listAgainAt);
    }

    /** @param changed whether the sweep found something elsewhere: then the server may have been silent before, or is now */
    void confirmed(boolean changed) {
        confirmations = changed ? confirmations + 1 : 0;
        if (changed && watchesAll) {
            watchInDoubt = true;
            if (confirmations <= CONFIRMATIONS_MAX) {
                sweepSoon();
            }
        }
    }

    /** The server tells of the selected mailbox only, from now on. */
    void watchEnded() {
        watchesAll = false;
        sweepSoon();
    }

    /** Another connection: nothing was asked on it. Some hosts bear no long IDLE. */
    void connected(String host) {
        idleMax = IdleHabits.idleMax(host, config.idleMax());
        watchesAll = false;
        falseAlarms = 0;
        watches = 0;
        watchInDoubt = false;
        watchOnceMore = false;
        confirmations = 0;
        listAgainAt = null;
    }

    /** Whether the server has IDLE at all. */
    void idles(boolean offered) {
        idles = offered;
    }

    /** The server said that another mailbox changed. One that says so again and again of nothing is not listened to. */
    void alarmed(boolean changed) {
        falseAlarms = changed ? 0 : falseAlarms + 1;
        if (changed) {
            lookedElsewhere();
        }
    }

    /** Other mailboxes than INBOX were looked at between two sweeps. */
    void lookedElsewhere() {
        watchInDoubt = true;
        sweepWithin(DOUBT);
    }

    boolean listensToAlarms() {
        return watchesAll && falseAlarms < FALSE_ALARMS_MAX;
    }

    /** How long to wait for news: until the next sweep, the next command or the end of this IDLE. */
    Duration waitFor(Optional<Instant> nextCommand) {
        Instant now = clock.instant();
        long idle = (polls() && POLL.compareTo(idleMax) < 0 ? POLL : idleMax).toMillis();
        Instant until = now.plusMillis(idle * 4 / 5 + random.nextLong(Math.max(1, idle * 2 / 5)));
        if (reconciling && now.plus(BETWEEN_COMPARISONS).isBefore(until)) {
            until = now.plus(BETWEEN_COMPARISONS);
        }
        if (nextSweep.isBefore(until)) {
            until = nextSweep;
        }
        if (listAgainAt != null && listAgainAt.isAfter(now) && listAgainAt.isBefore(until)) {
            until = listAgainAt;
        }
        if (nextCommand.isPresent() && nextCommand.get().isBefore(until)) {
            until = nextCommand.get();
        }
        Duration wait = Duration.between(now, until);
        return wait.compareTo(WAIT_MIN) < 0 ? WAIT_MIN : wait;
    }

    /**
     * Mail was found that nobody announced. It is a miss if the last wait was an IDLE that had time to tell; mail that came after its end, or
     * between two that were short, is none. After three misses IDLE is not relied on, until it speaks again: INBOX is looked at often.
     *
     * @param arrived when the server took in the first of it, by its own clock, which may be a little wrong
     * @return whether it is a miss
     */
    boolean found(Instant arrived) {
        Silence last = silence;
        if (last == null || !last.concerns(arrived, config.toldWithin())) {
            return false;
        }
        // It is one miss, however often something is found before the next wait.
        silence = null;
        misses++;
        announced = 0;
        return true;
    }

    /** Whether IDLE cannot be relied on, or does not exist. */
    boolean polls() {
        return !idles || misses >= MISSES_MAX;
    }

    /** @param from when the wait began, after INBOX was looked at */
    void waited(boolean nothingSaid, Instant from) {
        silence = nothingSaid ? new Silence(from, clock.instant()) : null;
        announced = nothingSaid ? announced : announced + 1;
        if (announced >= GOOD_SPELL) {
            misses = 0;
        }
    }
}
