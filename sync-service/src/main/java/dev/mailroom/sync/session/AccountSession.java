package dev.mailroom.sync.session;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.outbox.TransientFailures;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.CredentialsUnavailableException;
import dev.mailroom.sync.command.CommandRunner;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.connection.NoTurnException;
import dev.mailroom.sync.connection.Patience;
import dev.mailroom.sync.history.AccountImport;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The session of one account: a loop over its states on a virtual thread of its own. Others may only {@link #poke} and {@link #stop} it.
 */
final class AccountSession implements Runnable {
    private static final Logger LOG = Logger.getLogger(AccountSession.class);

    private final SessionParts parts;
    private final Fence fence;
    private final Setbacks setbacks;
    private final Standing standing;
    private final Lookout lookout;
    private final Semaphore pokes = new Semaphore(0);
    private final Thread thread;
    private volatile Account account;
    private volatile boolean stopping;
    private volatile boolean reconnect;
    private volatile @Nullable ImapSession open;
    private final BiConsumer<AccountSession, Boolean> ended;
    private @Nullable AccountImport beside;
    private boolean fencedOff;
    private @Nullable AccountSession before;

    /** @param ended told when the session is over, and whether another replica owns the account */
    AccountSession(SessionParts parts, Account account, Fence fence, BiConsumer<AccountSession, Boolean> ended) {
        this.parts = parts;
        this.account = account;
        this.fence = fence;
        this.ended = ended;
        this.setbacks = new Setbacks(
                parts.config(),
                new Backoff(parts.config().backoffMin(), parts.config().backoffMax(), parts.random()));
        this.standing = new Standing(parts, fence, setbacks, account.state());
        this.lookout = new Lookout(parts, account.id());
        this.thread = Thread.ofVirtual().name("session-" + account.id()).unstarted(this);
    }

    /** @param former the session that this one replaces; it is to end before this one touches anything */
    void start(@Nullable AccountSession former) {
        before = former;
        thread.start();
    }

    Fence fence() {
        return fence;
    }

    Account account() {
        return account;
    }

    /** What was last said of it. */
    SyncStatus.State said() {
        return standing.said();
    }

    /** There is something to do: a command. Any thread. */
    void poke() {
        pokes.release();
        ImapSession session = open;
        if (session != null) {
            session.wake();
        }
    }

    /** The account changed: its connection is opened anew if that matters. Any thread. */
    void changed(Account now) {
        boolean differently = account.connectsDifferently(now);
        account = now;
        if (differently) {
            reconnect = true;
        }
        poke();
    }

    /** Ends the session when it has finished what it is doing, at once if that is waiting; {@link #join} waits for it. Any thread. */
    void stop() {
        stopping = true;
        pokes.release();
        ImapSession session = open;
        if (session != null) {
            session.wake();
        } else {
            thread.interrupt();
        }
    }

    /** Ends the session in the middle of what it is doing; {@link #join} waits for it. Any thread. */
    void stopAtOnce() {
        stopping = true;
        ImapSession session = open;
        if (session != null) {
            session.abort();
        }
        pokes.release();
        thread.interrupt();
    }

    boolean isStopping() {
        return stopping;
    }

    /** @return true if the session has ended */
    boolean join(Duration max) throws InterruptedException {
        return thread.join(max);
    }

    @Override
    public void run() {
        SessionState state = begin();
        try {
            if (!formerIsOver()) {
                state = new SessionState.Stopped();
            }
            while (!(state instanceof SessionState.Stopped)) {
                state = step(state);
            }
        } catch (RuntimeException | Error unexpected) {
            LOG.errorf(unexpected, "account=%s session ended by a fault of its own", account.id());
        } finally {
            release();
            ended.accept(this, fencedOff);
        }
    }

    /**
     * A password that was refused often enough is not tried again because a replica came or went: a few of those lock an account. A
     * change of the account says {@code connecting} before it gets here.
     */
    private SessionState begin() {
        return said() == SyncStatus.State.AUTH_FAILED
                ? new SessionState.AwaitingPerson(Duration.ZERO)
                : new SessionState.Connecting();
    }

    private boolean formerIsOver() {
        AccountSession former = before;
        before = null;
        return former == null || Succession.awaitEnd(former, parts.config());
    }

    private SessionState step(SessionState state) {
        try {
            if (stopping) {
                return new SessionState.Stopped();
            }
            if (reconnect) {
                reconnect = false;
                setbacks.settingsChanged();
                release();
                if (account.wanted()) {
                    say(SyncStatus.State.CONNECTING, null);
                }
                return new SessionState.Connecting();
            }
            return switch (state) {
                case SessionState.Connecting connecting -> connect();
                case SessionState.CatchingUp catching -> catchUp(catching.link());
                case SessionState.Importing importing -> importSlice(importing);
                case SessionState.Live live -> live(live.link());
                case SessionState.BackingOff off -> await(off.delay(), true);
                case SessionState.AwaitingPerson waiting -> await(waiting.retry(), false);
                case SessionState.Stopped stopped -> stopped;
            };
        } catch (MailException failure) {
            return afterFailure(failure);
        } catch (CredentialsUnavailableException away) {
            LOG.warnf("account=%s no credentials: %s", account.id(), away.getMessage());
            return apply(
                    setbacks.failedHere("credentials_unavailable", parts.clock().instant()));
        } catch (NoTurnException changedMeanwhile) {
            return new SessionState.Connecting();
        } catch (InterruptedException interrupted) {
            return new SessionState.Stopped();
        } catch (FencedException fenced) {
            LOG.warnf("account=%s another replica owns it: %s", account.id(), fenced.getMessage());
            fencedOff = true;
            return new SessionState.Stopped();
        } catch (RuntimeException failure) {
            return afterFault(failure);
        }
    }

    private SessionState connect()
            throws MailException, CredentialsUnavailableException, NoTurnException, InterruptedException {
        account = parts.reload(account);
        if (!account.wanted()) {
            return new SessionState.Stopped();
        }
        standing.recall(account);
        if (said() == SyncStatus.State.PAUSED || (said() == SyncStatus.State.CONNECTING && !setbacks.any())) {
            // What is wrong with an account stays said until it is not wrong any more, not until the next try.
            say(SyncStatus.State.CONNECTING, null);
        }
        Duration wait = setbacks.untilNextLogin(parts.clock().instant());
        if (wait.isPositive()) {
            return new SessionState.BackingOff(wait);
        }
        Instant since = parts.clock().instant();
        ImapSession session = parts.opener().open(account, new Patience.Background(() -> goesOnWaiting(since)));
        open = session;
        lookout.connected(account.imapHost());
        if (stopping) {
            return new SessionState.Stopped();
        }
        account = parts.reload(account);
        if (!account.wanted()) {
            return new SessionState.Stopped();
        }
        return new SessionState.CatchingUp(
                new Link(session, account, fence, parts.clock().instant()));
    }

    /** Asked now and then while others have their turn at the host. */
    private boolean goesOnWaiting(Instant since) {
        standing.waits(account, since);
        return !stopping && !reconnect;
    }

    private SessionState catchUp(Link link) throws MailException {
        lookout.sweep(link);
        Link discovered = new Link(link.imap(), parts.reload(account), fence, link.openedAt());
        account = discovered.account();
        parts.report().synced(fence, account.id(), lookout.push(discovered));
        standing.succeeded(account);
        if (parts.history().isPending(discovered)) {
            say(SyncStatus.State.IMPORTING, null);
            return new SessionState.Importing(discovered, parts.history().over(discovered));
        }
        say(SyncStatus.State.LIVE, null);
        return new SessionState.Live(discovered);
    }

    private SessionState importSlice(SessionState.Importing importing) throws MailException, InterruptedException {
        pokes.drainPermits();
        runCommands(importing.link());
        parts.settled().tellIfDue(account, fence, parts.nextDue(account.id()));
        boolean more = importing.history().slice();
        lookout.look(importing.link());
        sweepIfDue(importing.link());
        if (more && importing.history().isWorthAConnection()) {
            beside = parts.imports().start(account, fence, this::poke);
        }
        if (more) {
            return beside == null ? importing : new SessionState.Live(importing.link());
        }
        say(SyncStatus.State.LIVE, null);
        return new SessionState.Live(importing.link());
    }

    private SessionState live(Link link) throws MailException, InterruptedException {
        pokes.drainPermits();
        while (runCommands(link)) {
            if (stopping) {
                return new SessionState.Stopped();
            }
        }
        sweepIfDue(link);
        if (importBeganOrEnded(link)) {
            return new SessionState.CatchingUp(link);
        }
        if (beside == null && lookout.anotherConnectionDue()) {
            release();
            return new SessionState.Connecting();
        }
        lookout.reconcile(link);
        Optional<Instant> due = parts.nextDue(account.id());
        lookout.watch(link, due);
        // After the wait: what the server did to INBOX until now is known.
        parts.settled().tellIfDue(account, fence, due);
        return new SessionState.Live(link);
    }

    /** @return whether there may be more */
    private boolean runCommands(Link link) throws MailException, InterruptedException {
        CommandRunner.Ran ran = parts.commands().run(link);
        if (ran.missed()) {
            lookout.sweepSoon();
        }
        return ran.more();
    }

    private boolean importBeganOrEnded(Link link) {
        AccountImport running = beside;
        boolean over = running != null && running.end() != null;
        beside = over ? null : running;
        return over || (running == null && parts.history().isPending(link));
    }

    private void sweepIfDue(Link link) throws MailException {
        if (lookout.sweepIfDue(link)) {
            standing.succeeded(account);
            parts.report().synced(fence, account.id(), lookout.push(link));
        }
    }

    /** Waits; a poke ends the wait. Without a bound only a poke does. */
    private SessionState await(Duration max, boolean ignoreCommands) throws InterruptedException {
        Instant until = parts.clock().instant().plus(max);
        while (!stopping && !reconnect) {
            long asks = parts.settled().tellWhileAway(account, fence).toMillis();
            if (max.isZero()) {
                pokes.tryAcquire(asks, TimeUnit.MILLISECONDS);
                continue;
            }
            long left = Duration.between(parts.clock().instant(), until).toMillis();
            if (left <= 0
                    || (!pokes.tryAcquire(Math.min(left, asks), TimeUnit.MILLISECONDS)
                            && !ignoreCommands
                            && left <= asks)) {
                break;
            }
        }
        return stopping ? new SessionState.Stopped() : new SessionState.Connecting();
    }

    private SessionState afterFailure(MailException failure) {
        release();
        if (stopping) {
            return new SessionState.Stopped();
        }
        LOG.infof("account=%s remedy=%s %s", account.id(), failure.remedy(), failure.getMessage());
        return apply(setbacks.failed(failure, parts.clock().instant()));
    }

    private SessionState afterFault(RuntimeException fault) {
        release();
        if (stopping) {
            return new SessionState.Stopped();
        }
        if (TransientFailures.isTransient(fault)) {
            LOG.warnf("account=%s %s", account.id(), TransientFailures.nameOf(fault));
        } else {
            LOG.errorf(fault, "account=%s unexpected", account.id());
        }
        return apply(setbacks.failedHere("internal", parts.clock().instant()));
    }

    private SessionState apply(Setbacks.Verdict verdict) {
        try {
            standing.failed(account, verdict);
        } catch (FencedException fenced) {
            fencedOff = true;
            return new SessionState.Stopped();
        }
        return verdict.next();
    }

    private void say(SyncStatus.State state, @Nullable String category) {
        standing.say(account, state, category);
    }

    private void release() {
        AccountImport running = beside;
        beside = null;
        if (running != null) {
            running.stop();
        }
        ImapSession session = open;
        open = null;
        lookout.disconnected();
        if (session != null) {
            session.close();
        }
    }
}
