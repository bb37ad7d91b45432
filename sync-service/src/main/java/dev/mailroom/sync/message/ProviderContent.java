package dev.mailroom.sync.message;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.sync.access.Access;
import dev.mailroom.sync.access.Grants;
import dev.mailroom.sync.access.Viewer;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.account.CredentialsUnavailableException;
import dev.mailroom.sync.connection.ConnectionConfig;
import dev.mailroom.sync.connection.ImapOpener;
import dev.mailroom.sync.connection.NoTurnException;
import dev.mailroom.sync.connection.Patience;
import dev.mailroom.sync.connection.SecondConnections;
import dev.mailroom.sync.database.Database;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Opens messages at the provider for whoever wants their bytes, over the account's second connection: live mail never waits for a reader,
 * and an import makes room for it. The connection is kept for a moment after use, because who opens one part of a message opens the next.
 * Safe for many threads.
 */
@Singleton
public class ProviderContent {
    /** Streams of one account at a time: a provider counts connections, and of the two that an account may have the session has one. */
    static final int STREAMS_PER_ACCOUNT_MAX = 1;

    /** Streams of this replica at a time. */
    static final int STREAMS_MAX = 64;

    /** A reader that took nothing for so long is cut off. */
    static final Duration STALL_MAX = Duration.ofSeconds(60);

    /** How long a connection is kept for the next reader of the account; one for an account. */
    static final Duration KEPT_MAX = Duration.ofSeconds(20);

    private static final Logger LOG = Logger.getLogger(ProviderContent.class);

    /** How long the session has to notice that a message is not where it lay any more, before it counts as gone. */
    static final Duration NOTICED_MAX = Duration.ofSeconds(2);

    private static final Duration NOTICED_LOOK = Duration.ofMillis(200);

    /** One that is missed only if there is no other: until it is known where the message went, it is the same message. */
    private static final String COPY = """
            select c.account_id, c.uid_validity, c.uid, b.raw_name, c.vanished_at is not null or b.missing_since is not null as missed
            from copy c join mailbox b on b.id = c.mailbox_id join account a on a.id = c.account_id join message m on m.id = c.message_id
            where m.organization_id = $1 and m.id = $2 and not a.removed and %s
            order by missed, a.paused, c.created_at limit 1
            """.formatted(Grants.sees("c", "m", 3));

    private final Database database;
    private final Access access;
    private final Accounts accounts;
    private final ImapOpener opener;
    private final SecondConnections places;
    private final Duration turnMax;
    private final Duration loginMax;
    private final Duration noticedMax;
    private final Clock clock;
    private final Map<UUID, Semaphore> perAccount = new ConcurrentHashMap<>();
    private final Semaphore all = new Semaphore(STREAMS_MAX);
    private final Set<ProviderMessage> open = ConcurrentHashMap.newKeySet();
    private final Map<UUID, Kept> kept = new ConcurrentHashMap<>();

    /** Accounts that a reader is logging in to. */
    private final Set<UUID> loggingIn = ConcurrentHashMap.newKeySet();

    /** Where a message should lie. */
    private record Place(UUID account, MailboxName mailbox, long uidValidity, long uid, boolean missed) {
        static Place of(Row row) {
            return new Place(
                    row.getUUID("account_id"),
                    MailboxName.ofRaw(row.getBuffer("raw_name").getBytes(), '\0'),
                    row.getLong("uid_validity"),
                    row.getLong("uid"),
                    row.getBoolean("missed"));
        }
    }

    private record Kept(Connection connection, long credential, Instant since) {
        void end(boolean politely) {
            connection.end(politely);
        }
    }

    /** A session and the place that it takes. */
    private record Connection(ImapSession session, SecondConnections.Place place) {
        void end(boolean politely) {
            try {
                if (politely) {
                    session.close();
                } else {
                    session.abort();
                }
            } finally {
                place.close();
            }
        }
    }

    @Inject
    public ProviderContent(
            Database database,
            Access access,
            Accounts accounts,
            ImapOpener opener,
            SecondConnections places,
            ConnectionConfig config,
            Clock clock) {
        this(
                database,
                access,
                accounts,
                opener,
                places,
                config.secondConnectionWait(),
                config.readerLoginWait(),
                NOTICED_MAX,
                clock);
    }

    /**
     * The same with other times.
     *
     * @param turnMax how long a reader waits for the other readers of the account and for its import, all in all
     * @param loginMax how long he waits after that for his turn to log in to the host
     * @param noticedMax how long the session has to notice that a message is not where it lay
     */
    public ProviderContent(
            Database database,
            Access access,
            Accounts accounts,
            ImapOpener opener,
            SecondConnections places,
            Duration turnMax,
            Duration loginMax,
            Duration noticedMax,
            Clock clock) {
        this.database = database;
        this.access = access;
        this.accounts = accounts;
        this.opener = opener;
        this.places = places;
        this.turnMax = turnMax;
        this.loginMax = loginMax;
        this.noticedMax = noticedMax;
        this.clock = clock;
    }

    /** Finds a copy of the message that the viewer may see and opens its mailbox; what goes wrong is a problem for the caller of the API. */
    public ProviderMessage open(Viewer viewer, UUID message) throws InterruptedException {
        Place place = placeOf(viewer, message).orElseThrow(() -> Problems.notFound("The message"));
        if (place.missed()) {
            throw moving();
        }
        Account account = accounts.find(database, place.account())
                .filter(Account::wanted)
                .orElseThrow(() -> Problems.notFound("The message"));
        return open(account, place, () -> absent(viewer, message, place));
    }

    private Optional<Place> placeOf(Viewer viewer, UUID message) {
        return database.reading(viewer.organization(), sql -> {
            Grants grants = access.grants(sql, viewer);
            return sql.first(COPY, grants.with(viewer.organization(), message)).map(Place::of);
        });
    }

    private static ProblemException moving() {
        return Problems.unavailable("The message is not where it lay: it may have been moved; try again in a moment");
    }

    /** What is said of a message that the provider does not have where it should lie. What was moved shows when the session has noticed. */
    private ProblemException absent(Viewer viewer, UUID message, Place place) {
        long until = System.nanoTime() + noticedMax.toNanos();
        Optional<Place> now = placeOf(viewer, message);
        try {
            while (now.equals(Optional.of(place)) && System.nanoTime() < until) {
                Thread.sleep(NOTICED_LOOK);
                now = placeOf(viewer, message);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return now.isPresent() && !now.get().equals(place)
                ? moving()
                : new ProblemException(410, "gone", "Gone", "The provider does not have the message any more");
    }

    private ProviderMessage open(Account account, Place place, Supplier<ProblemException> absent)
            throws InterruptedException {
        if (account.state() == SyncStatus.State.AUTH_FAILED) {
            // Each further try could lock the account.
            throw Problems.unavailable("The provider refuses the password of the account");
        }
        long until = System.nanoTime() + turnMax.toNanos();
        Semaphore mine = perAccount.computeIfAbsent(account.id(), id -> new Semaphore(STREAMS_PER_ACCOUNT_MAX));
        if (!mine.tryAcquire(turnMax.toMillis(), TimeUnit.MILLISECONDS)) {
            throw loggingIn.contains(account.id())
                    ? slowLogins(loginMax)
                    : Problems.unavailable("Other messages of this account are being fetched; try again in a moment");
        }
        if (!all.tryAcquire()) {
            mine.release();
            throw Problems.tooManyRequests("Too many messages are being fetched", Duration.ofSeconds(2));
        }
        boolean opened = false;
        try {
            ProviderMessage message = connect(account, place, absent, mine, until);
            opened = true;
            return message;
        } finally {
            if (!opened) {
                mine.release();
                all.release();
            }
        }
    }

    private ProviderMessage connect(
            Account account, Place place, Supplier<ProblemException> absent, Semaphore mine, long until)
            throws InterruptedException {
        try {
            Connection connection = selected(account, place.mailbox(), place.uidValidity(), until);
            Reader reader = new Reader(account, connection, mine, absent);
            ProviderMessage message = new ProviderMessage(connection.session(), place.uid(), clock, reader);
            reader.message = message;
            open.add(message);
            return message;
        } catch (MailException refused) {
            throw Problems.unavailable(
                    "The provider does not answer: " + refused.category().wireName());
        } catch (CredentialsUnavailableException away) {
            throw Problems.unavailable("The provider cannot be asked at the moment");
        } catch (NoTurnException later) {
            throw slowLogins(later.left());
        }
    }

    private static ProblemException slowLogins(Duration again) {
        return Problems.unavailable(
                "The provider's host accepts log-ins only slowly at the moment; nothing is wrong with the account, try again later",
                again);
    }

    private Connection selected(Account account, MailboxName mailbox, long uidValidity, long until)
            throws MailException, CredentialsUnavailableException, NoTurnException, InterruptedException {
        Kept last = kept.remove(account.id());
        if (last != null) {
            boolean wanted = last.connection().place().isWanted();
            if (!wanted && last.credential() == account.credentialVersion()) {
                try {
                    return selected(last.connection(), mailbox, uidValidity);
                } catch (MailException lostMeanwhile) {
                    // A new connection says whether there is more to it.
                    LOG.debugf("account=%s kept connection was lost: %s", account.id(), lostMeanwhile.getMessage());
                }
            } else {
                last.end(true);
            }
        }
        SecondConnections.Place place = places.awaitForReader(
                        account.id(), Duration.ofNanos(Math.max(0, until - System.nanoTime())))
                .orElseThrow(() -> Problems.unavailable(
                        "The account's other connections to the provider are in use; try again in a moment"));
        boolean opened = false;
        try {
            ImapSession session = loggedIn(account);
            opened = true;
            return selected(new Connection(session, place), mailbox, uidValidity);
        } finally {
            if (!opened) {
                place.close();
            }
        }
    }

    private ImapSession loggedIn(Account account)
            throws MailException, CredentialsUnavailableException, NoTurnException, InterruptedException {
        loggingIn.add(account.id());
        try {
            return opener.open(account, new Patience.Reader(loginMax));
        } finally {
            loggingIn.remove(account.id());
        }
    }

    private static Connection selected(Connection connection, MailboxName mailbox, long uidValidity)
            throws MailException {
        boolean ready = false;
        try {
            if (connection.session().select(mailbox, null).uidValidity() != uidValidity) {
                throw Problems.unavailable("The mailbox was renumbered by the server; try again in a moment");
            }
            ready = true;
            return connection;
        } finally {
            if (!ready) {
                connection.end(true);
            }
        }
    }

    /** One reader of an account: gives back what it had. */
    private final class Reader implements ProviderMessage.Ending {
        private final Account account;
        private final Connection connection;
        private final Semaphore turn;
        private final Supplier<ProblemException> absent;
        private @Nullable ProviderMessage message;

        private Reader(Account account, Connection connection, Semaphore turn, Supplier<ProblemException> absent) {
            this.account = account;
            this.connection = connection;
            this.turn = turn;
            this.absent = absent;
        }

        @Override
        public ProblemException absent() {
            return absent.get();
        }

        @Override
        public void over(ImapSession session, boolean usable) {
            if (message != null) {
                open.remove(message);
            }
            try {
                Kept mine = new Kept(connection, account.credentialVersion(), clock.instant());
                if (!usable || connection.place().isWanted()) {
                    connection.end(usable);
                } else if (kept.putIfAbsent(account.id(), mine) != null) {
                    connection.end(true);
                }
            } finally {
                turn.release();
                all.release();
            }
        }
    }

    /** Cuts off readers that take nothing any more, and ends connections that nobody came back for. */
    @Scheduled(every = "1s", delayed = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    public void endIdle() {
        Instant now = clock.instant();
        for (ProviderMessage message : open) {
            if (message.progress().plus(STALL_MAX).isBefore(now)) {
                message.giveUp();
            }
        }
        kept.forEach((account, idle) -> {
            boolean over = idle.since().plus(KEPT_MAX).isBefore(now)
                    || idle.connection().place().isWanted();
            if (over && kept.remove(account, idle)) {
                idle.end(true);
            }
        });
    }

    @PreDestroy
    void end() {
        kept.values().forEach(idle -> idle.end(false));
    }
}
