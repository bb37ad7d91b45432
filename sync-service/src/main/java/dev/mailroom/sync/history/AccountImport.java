package dev.mailroom.sync.history;

import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.outbox.TransientFailures;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.CredentialsUnavailableException;
import dev.mailroom.sync.connection.HostConnections;
import dev.mailroom.sync.connection.ImapOpener;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.connection.NoTurnException;
import dev.mailroom.sync.connection.Patience;
import dev.mailroom.sync.connection.SecondConnections;
import dev.mailroom.sync.mailbox.BlamedFetch;
import dev.mailroom.sync.mailbox.FetchFailures;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The import of one account on a thread and a connection of its own, beside the session that it belongs to: live mail never waits for it.
 * Writes under the session's fence. It has the place of the account's second connection, and gives it up when a reader waits for it. A
 * connection that breaks is opened again after a while; a second connection that the host refuses ends
 * it, and the session goes on with one.
 */
public final class AccountImport implements Runnable {
    private static final Logger LOG = Logger.getLogger(AccountImport.class);

    /** Tries to open a connection, one after the other, after which one connection has to do. */
    private static final int OPEN_TRIES_MAX = 3;

    private static final int DOUBLINGS_MAX = 16;

    /** Between two looks whether a reader waits for the connection, while it waits itself. */
    private static final long YIELD_LOOK_MILLIS = 1_000;

    /** How an import ended. */
    public enum End {
        /** Nothing is left that could be imported now. */
        DONE,
        /** Somebody reads a message over the second connection: the session goes on with one until the place is free. */
        YIELDED,
        /** The host does not let a second connection in. */
        ONE_CONNECTION_ONLY,
        /** Another replica owns the account. */
        FENCED,
        STOPPED
    }

    private final Starter starter;
    private final Account account;
    private final Fence fence;
    private final SecondConnections.Place place;
    private final Runnable ended;
    private final Semaphore stops = new Semaphore(0);
    private final Thread thread;
    private volatile @Nullable ImapSession open;
    private volatile @Nullable End end;
    private volatile boolean stopping;
    private int failures;
    private int blamedFetches;

    private AccountImport(
            Starter starter, Account account, Fence fence, SecondConnections.Place place, Runnable ended) {
        this.starter = starter;
        this.account = account;
        this.fence = fence;
        this.place = place;
        this.ended = ended;
        this.thread = Thread.ofVirtual().name("import-" + account.id()).unstarted(this);
    }

    /** Starts imports. */
    @Singleton
    public static class Starter {
        private final HistoryImport.Services services;
        private final ImapOpener opener;
        private final HostConnections hosts;
        private final SecondConnections places;
        private final HistoryConfig config;
        private final Clock clock;
        private final RandomGenerator random;

        @Inject
        Starter(
                HistoryImport.Services services,
                ImapOpener opener,
                HostConnections hosts,
                SecondConnections places,
                HistoryConfig config,
                Clock clock,
                RandomGenerator random) {
            this.services = services;
            this.opener = opener;
            this.hosts = hosts;
            this.places = places;
            this.config = config;
            this.clock = clock;
            this.random = random;
        }

        /**
         * Starts the import of an account beside its session.
         *
         * @param ended runs once when it is over, on a thread of its own
         * @return null if the account has to do with one connection for now
         */
        public @Nullable AccountImport start(Account account, Fence fence, Runnable ended) {
            if (!config.ownConnection() || !hosts.allowsSecond(account)) {
                return null;
            }
            Optional<SecondConnections.Place> place = places.takeForImport(account.id());
            if (place.isEmpty()) {
                return null;
            }
            AccountImport started = new AccountImport(this, account, fence, place.get(), ended);
            started.thread.start();
            return started;
        }
    }

    /** How it ended; null while it runs. */
    public @Nullable End end() {
        return end;
    }

    /** Ends it in the middle of what it does, and waits a while for that. Any thread. */
    public void stop() {
        stopping = true;
        stops.release();
        ImapSession session = open;
        if (session != null) {
            session.abort();
        }
        thread.interrupt();
        try {
            if (!thread.join(starter.config.stopMax())) {
                LOG.warnf("account=%s import did not stop in time; what it still stores is stored once", account.id());
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        End how = End.STOPPED;
        try {
            how = untilItEnds();
        } catch (InterruptedException stopped) {
            how = End.STOPPED;
        } catch (RuntimeException | Error unexpected) {
            LOG.errorf(unexpected, "account=%s import ended by a fault of its own", account.id());
        } finally {
            place.close();
            end = how;
            ended.run();
        }
    }

    private End untilItEnds() throws InterruptedException {
        while (goesOn()) {
            try {
                ImapSession session = opened();
                if (session == null) {
                    return End.ONE_CONNECTION_ONLY;
                }
                runOver(session);
                if (!place.isWanted()) {
                    return stopping ? End.STOPPED : End.DONE;
                }
            } catch (MailException failure) {
                LOG.infof("account=%s import remedy=%s %s", account.id(), failure.remedy(), failure.getMessage());
                afterFailure(failure);
            } catch (NoTurnException notWanted) {
                LOG.debugf("account=%s import: %s", account.id(), notWanted.getMessage());
            } catch (FencedException fenced) {
                return End.FENCED;
            } catch (CredentialsUnavailableException away) {
                LOG.warnf("account=%s import no credentials: %s", account.id(), away.getMessage());
                await(Duration.ZERO);
            } catch (RuntimeException failure) {
                afterFault(failure);
            }
        }
        return stopping ? End.STOPPED : End.YIELDED;
    }

    private boolean goesOn() {
        return !stopping && !place.isWanted();
    }

    /** A fetch that is held against a message is tried again soon: the import waits for the message to be given up, and says nothing of its server. */
    private void afterFailure(MailException failure) throws InterruptedException {
        Optional<Duration> asked = failure.suggestedBackoff();
        if (BlamedFetch.isCauseOf(failure) && asked.isEmpty() && blamedFetches < FetchFailures.BLAMED_MAX) {
            blamedFetches++;
            pause(upTo(starter.config.retryMin().toMillis()));
        } else {
            await(asked.orElse(Duration.ZERO));
        }
    }

    private void afterFault(RuntimeException failure) throws InterruptedException {
        if (stopping) {
            return;
        }
        if (TransientFailures.isTransient(failure)) {
            LOG.warnf("account=%s import: %s", account.id(), TransientFailures.nameOf(failure));
        } else {
            LOG.errorf(failure, "account=%s import: unexpected", account.id());
        }
        await(Duration.ZERO);
    }

    /** Null if the host refuses: not for what is wrong with the account, which the session finds out by itself. */
    private @Nullable ImapSession opened()
            throws MailException, CredentialsUnavailableException, NoTurnException, InterruptedException {
        try {
            ImapSession session = starter.opener.open(account, new Patience.Background(this::goesOn));
            open = session;
            if (stopping) {
                session.abort();
            }
            return session;
        } catch (MailException refused) {
            failures++;
            if (stopping || (refused.remedy() == Remedy.RETRY && failures < OPEN_TRIES_MAX)) {
                throw refused;
            }
            LOG.infof("account=%s no second connection: %s", account.id(), refused.getMessage());
            starter.hosts.refusedSecond(account);
            return null;
        }
    }

    private void runOver(ImapSession session) throws MailException {
        HistoryImport history = starter.services.alone(new Link(session, account, fence, starter.clock.instant()));
        try {
            while (goesOn() && history.slice()) {
                failures = 0;
                blamedFetches = 0;
            }
        } finally {
            open = null;
            try {
                if (stopping) {
                    session.abort();
                } else {
                    session.close();
                }
            } finally {
                drain(history);
            }
        }
    }

    /** Also when it is to stop: whoever imports after it finds what it stored. */
    private static void drain(HistoryImport history) {
        boolean interrupted = Thread.interrupted();
        try {
            history.drain();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void await(Duration asked) throws InterruptedException {
        failures++;
        long longest = starter.config.retryMax().toMillis();
        long doubled = starter.config.retryMin().toMillis() << Math.min(failures - 1, DOUBLINGS_MAX);
        pause(Math.max(asked.toMillis(), upTo(Math.min(longest, Math.max(1, doubled)))));
    }

    private long upTo(long millis) {
        return starter.random.nextLong(1 + millis);
    }

    private void pause(long wait) throws InterruptedException {
        // A reader that comes meanwhile need not wait for nothing.
        for (long left = wait; left > 0 && !stopping && !place.isWanted(); left -= YIELD_LOOK_MILLIS) {
            stopping |= stops.tryAcquire(Math.min(left, YIELD_LOOK_MILLIS), TimeUnit.MILLISECONDS);
        }
    }
}
