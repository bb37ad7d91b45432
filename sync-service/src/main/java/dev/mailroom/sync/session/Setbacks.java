package dev.mailroom.sync.session;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.sync.mailbox.BlamedFetch;
import dev.mailroom.sync.mailbox.FetchFailures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What failures mean for an account. One log-in that is refused says little: servers do so while they are busy, and an account that is
 * tried too often is locked. Belongs to one session; what has to outlive it is its {@link Memory}.
 */
final class Setbacks {
    private final SessionConfig config;
    private final Backoff backoff;
    private final List<Instant> refusedLogins = new ArrayList<>();
    private @Nullable Instant failingSince;
    private int attempts;
    private int blamedFetches;
    private @Nullable String lastCategory;

    Setbacks(SessionConfig config, Backoff backoff) {
        this.config = config;
        this.backoff = backoff;
    }

    /**
     * What the next session of the account has to know, wherever it begins.
     *
     * @param refusedLogins since the last success, the oldest first; at most as many as end in {@code auth_failed}
     * @param failingSince null if nothing but log-ins failed
     */
    record Memory(List<Instant> refusedLogins, @Nullable Instant failingSince) {
        static final Memory NONE = new Memory(List.of(), null);
    }

    Memory memory() {
        return new Memory(List.copyOf(refusedLogins), failingSince);
    }

    /** Goes on where the session before ended. */
    void recall(Memory before) {
        refusedLogins.addAll(0, before.refusedLogins());
        if (before.failingSince() != null) {
            failingSince = before.failingSince();
        }
    }

    /** How long the server is not to be asked again, because it refused the log-in; zero or more. */
    Duration untilNextLogin(Instant now) {
        if (refusedLogins.isEmpty()) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, refusedLogins.getLast().plus(afterRefusedLogin()));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * What to do and what to say.
     *
     * @param said null if what is said of the account stays
     */
    record Verdict(
            SessionState next,
            SyncStatus.@Nullable State said,
            @Nullable String category) {

        /** Whether it is to be said where {@code before} was. What is wrong with an account is not hidden by a try that fails. */
        boolean changes(SyncStatus.State before) {
            return said != null && (said != SyncStatus.State.CONNECTING || !isTrouble(before));
        }
    }

    private static boolean isTrouble(SyncStatus.State state) {
        return switch (state) {
            case AUTH_FAILED, DISCONNECTED, NEEDS_ACTION -> true;
            case CONNECTING, IMPORTING, LIVE, THROTTLED, PAUSED -> false;
        };
    }

    /** What failed last since mail was in step, as this session knows; null if nothing did. */
    @Nullable
    String lastCategory() {
        return lastCategory;
    }

    /**
     * What is to be said of an account that has no connection because it waits for its turn to log in; nothing fails meanwhile. One that
     * never failed is not out of order however long it waits: a start with many accounts takes its time.
     *
     * @param before what is said of it
     * @param since when it began to wait
     */
    Optional<SyncStatus.State> whileWaiting(SyncStatus.State before, Instant since, Instant now) {
        Duration away = Duration.between(failingSince == null ? since : failingSince, now);
        boolean live = before == SyncStatus.State.LIVE || before == SyncStatus.State.IMPORTING;
        if (failingSince != null && away.compareTo(config.disconnectedAfter()) >= 0 && !isTrouble(before)) {
            return Optional.of(SyncStatus.State.DISCONNECTED);
        }
        return live && away.compareTo(config.connectingAfter()) >= 0
                ? Optional.of(SyncStatus.State.CONNECTING)
                : Optional.empty();
    }

    /** Whether something has failed since mail was in step the last time. */
    boolean any() {
        return failingSince != null || !refusedLogins.isEmpty();
    }

    /** Mail is in step again: earlier failures count no more. */
    void succeeded() {
        refusedLogins.clear();
        failingSince = null;
        attempts = 0;
        blamedFetches = 0;
        lastCategory = null;
    }

    /** The account's settings changed: what was refused before was something else. */
    void settingsChanged() {
        succeeded();
    }

    Verdict failed(MailException failure, Instant now) {
        if (concernsMessagesOnly(failure)) {
            blamedFetches++;
            return new Verdict(new SessionState.BackingOff(backoff.delay(1)), null, null);
        }
        String category = failure.category().wireName();
        lastCategory = category;
        attempts++;
        return switch (failure.remedy()) {
            case REAUTHENTICATE -> refused(category, now);
            case BACK_OFF -> {
                Duration asked = failure.suggestedBackoff().orElse(Duration.ZERO);
                Duration own = backoff.delay(attempts);
                Duration delay = asked.compareTo(own) > 0 ? asked : own;
                Verdict passing = passing(category, delay, now);
                // What protects itself is named as such; what sent us nonsense is not.
                boolean throttled =
                        failure.category() == Category.THROTTLED || failure.category() == Category.UNAVAILABLE;
                yield passing.said() != SyncStatus.State.DISCONNECTED && throttled
                        ? new Verdict(passing.next(), SyncStatus.State.THROTTLED, category)
                        : passing;
            }
            case NEEDS_ACTION ->
                new Verdict(
                        new SessionState.AwaitingPerson(config.needsActionRetry()),
                        SyncStatus.State.NEEDS_ACTION,
                        category);
            case RETRY, GIVE_UP -> passing(category, backoff.delay(attempts), now);
        };
    }

    /** A message that makes the server end the connection is tried again soon, and given up in the end: all else waits for that. */
    private boolean concernsMessagesOnly(MailException failure) {
        boolean passes = failure.remedy() == Remedy.RETRY || failure.remedy() == Remedy.BACK_OFF;
        return BlamedFetch.isCauseOf(failure)
                && passes
                && failure.suggestedBackoff().isEmpty()
                && blamedFetches < FetchFailures.BLAMED_MAX;
    }

    /** Something of ours failed: the database, another service. */
    Verdict failedHere(String category, Instant now) {
        lastCategory = category;
        attempts++;
        return passing(category, backoff.delay(attempts), now);
    }

    private Verdict refused(String category, Instant now) {
        refusedLogins.add(now);
        if (refusedLogins.size() > config.refusedLoginsMax()) {
            // The first one says how long it has been going on, the last ones how often.
            refusedLogins.remove(1);
        }
        Duration span = Duration.between(refusedLogins.getFirst(), now);
        boolean often = refusedLogins.size() >= config.refusedLoginsMax();
        if (often && span.compareTo(config.refusedLoginsWindow()) >= 0) {
            // Until somebody changes the password: each further try could lock the account.
            return new Verdict(new SessionState.AwaitingPerson(Duration.ZERO), SyncStatus.State.AUTH_FAILED, category);
        }
        return new Verdict(new SessionState.BackingOff(afterRefusedLogin()), SyncStatus.State.CONNECTING, category);
    }

    /**
     * The first one is tried again soon: a password that was changed and changed back, a server that was busy. The others take the rest
     * of the window, so that there are no more of them than end in {@code auth_failed}.
     */
    private Duration afterRefusedLogin() {
        Duration window = config.refusedLoginsWindow();
        Duration even = window.dividedBy(Math.max(1, config.refusedLoginsMax() - 1));
        Duration least = even.compareTo(config.refusedLoginRetry()) < 0 ? even : config.refusedLoginRetry();
        Duration gone = Duration.between(refusedLogins.getFirst(), refusedLogins.getLast());
        int triesLeft = Math.max(1, config.refusedLoginsMax() - refusedLogins.size());
        boolean soon = refusedLogins.size() == 1 && triesLeft > 1;
        Duration rest = soon ? least : window.minus(gone).dividedBy(triesLeft);
        return (rest.compareTo(least) < 0 ? least : rest).plusMillis(1);
    }

    private Verdict passing(String category, Duration delay, Instant now) {
        if (failingSince == null) {
            failingSince = now;
        }
        Duration away = Duration.between(failingSince, now);
        SyncStatus.State said = null;
        if (away.compareTo(config.disconnectedAfter()) >= 0) {
            said = SyncStatus.State.DISCONNECTED;
        } else if (away.plus(delay).compareTo(config.connectingAfter()) >= 0) {
            // Said now: nothing happens before the next try, and then it has been too long.
            said = SyncStatus.State.CONNECTING;
        }
        return new Verdict(new SessionState.BackingOff(delay), said, said == null ? null : category);
    }
}
