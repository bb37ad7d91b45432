package dev.mailroom.sync.message;

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
import dev.mailroom.sync.connection.ImapOpener;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens messages at the provider for whoever wants their bytes, over connections of their own: live mail never waits for a reader. A
 * connection is kept for a moment after use, because who opens one part of a message opens the next. Safe for many threads.
 */
@Singleton
public class ProviderContent {
    /** Streams of one account at a time: a provider counts connections. */
    static final int STREAMS_PER_ACCOUNT_MAX = 2;

    /** Streams of this replica at a time. */
    static final int STREAMS_MAX = 64;

    /** How long a reader waits for the other readers of the account. */
    static final Duration TURN_MAX = Duration.ofSeconds(10);

    /** A reader that took nothing for so long is cut off. */
    static final Duration STALL_MAX = Duration.ofSeconds(60);

    /** How long a connection is kept for the next reader of the account; one for an account. */
    static final Duration KEPT_MAX = Duration.ofSeconds(20);

    private static final String COPY = """
            select c.account_id, c.uid_validity, c.uid, b.raw_name
            from copy c join mailbox b on b.id = c.mailbox_id join account a on a.id = c.account_id join message m on m.id = c.message_id
            where m.organization_id = $1 and m.id = $2 and c.vanished_at is null and b.missing_since is null
              and not a.removed and %s
            order by a.paused, c.created_at limit 1
            """.formatted(Grants.sees("c", "m", 3));

    private final Database database;
    private final Access access;
    private final Accounts accounts;
    private final ImapOpener opener;
    private final Clock clock;
    private final Map<UUID, Semaphore> perAccount = new ConcurrentHashMap<>();
    private final Semaphore all = new Semaphore(STREAMS_MAX);
    private final Set<ProviderMessage> open = ConcurrentHashMap.newKeySet();
    private final Map<UUID, Kept> kept = new ConcurrentHashMap<>();

    private record Kept(ImapSession session, long credential, Instant since) {}

    @Inject
    public ProviderContent(Database database, Access access, Accounts accounts, ImapOpener opener, Clock clock) {
        this.database = database;
        this.access = access;
        this.accounts = accounts;
        this.opener = opener;
        this.clock = clock;
    }

    /** Finds a copy of the message that the viewer may see and opens its mailbox; what goes wrong is a problem for the caller of the API. */
    public ProviderMessage open(Viewer viewer, UUID message) throws InterruptedException {
        List<Row> copies = database.reading(viewer.organization(), sql -> {
            Grants grants = access.grants(sql, viewer);
            return sql.query(COPY, grants.with(viewer.organization(), message));
        });
        if (copies.isEmpty()) {
            throw Problems.notFound("The message");
        }
        Row copy = copies.getFirst();
        Account account = accounts.find(database, copy.getUUID("account_id"))
                .filter(Account::wanted)
                .orElseThrow(() -> Problems.notFound("The message"));
        MailboxName name = MailboxName.ofRaw(copy.getBuffer("raw_name").getBytes(), '\0');
        return open(account, name, copy.getLong("uid_validity"), copy.getLong("uid"));
    }

    ProviderMessage open(Account account, MailboxName mailbox, long uidValidity, long uid) throws InterruptedException {
        Semaphore mine = perAccount.computeIfAbsent(account.id(), id -> new Semaphore(STREAMS_PER_ACCOUNT_MAX));
        if (!mine.tryAcquire(TURN_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
            throw Problems.tooManyRequests(
                    "Too many messages of this account are being fetched", Duration.ofSeconds(2));
        }
        if (!all.tryAcquire()) {
            mine.release();
            throw Problems.tooManyRequests("Too many messages are being fetched", Duration.ofSeconds(2));
        }
        boolean opened = false;
        try {
            ProviderMessage message = connect(account, mailbox, uidValidity, uid, mine);
            opened = true;
            return message;
        } finally {
            if (!opened) {
                mine.release();
                all.release();
            }
        }
    }

    private ProviderMessage connect(Account account, MailboxName mailbox, long uidValidity, long uid, Semaphore mine)
            throws InterruptedException {
        try {
            ImapSession session = selected(account, mailbox, uidValidity);
            Reader reader = new Reader(account, mine);
            ProviderMessage message = new ProviderMessage(session, uid, clock, reader);
            reader.message = message;
            open.add(message);
            return message;
        } catch (MailException refused) {
            throw Problems.unavailable(
                    "The provider does not answer: " + refused.category().wireName());
        } catch (CredentialsUnavailableException away) {
            throw Problems.unavailable("The provider cannot be asked at the moment");
        }
    }

    private ImapSession selected(Account account, MailboxName mailbox, long uidValidity)
            throws MailException, CredentialsUnavailableException, InterruptedException {
        Kept last = kept.remove(account.id());
        if (last != null) {
            try {
                if (last.credential() == account.credentialVersion()) {
                    return selected(last.session(), mailbox, uidValidity);
                }
                last.session().close();
            } catch (MailException lostMeanwhile) {
                // A new connection says whether there is more to it.
                last.session().abort();
            }
        }
        return selected(opener.open(account), mailbox, uidValidity);
    }

    private static ImapSession selected(ImapSession session, MailboxName mailbox, long uidValidity)
            throws MailException {
        boolean ready = false;
        try {
            if (session.select(mailbox, null).uidValidity() != uidValidity) {
                throw Problems.unavailable("The mailbox was renumbered by the server; try again in a moment");
            }
            ready = true;
            return session;
        } finally {
            if (!ready) {
                session.close();
            }
        }
    }

    /** One reader of an account: gives back what it had. */
    private final class Reader implements ProviderMessage.Ending {
        private final Account account;
        private final Semaphore turn;
        private @Nullable ProviderMessage message;

        private Reader(Account account, Semaphore turn) {
            this.account = account;
            this.turn = turn;
        }

        @Override
        public void over(ImapSession session, boolean usable) {
            if (message != null) {
                open.remove(message);
            }
            try {
                Kept mine = new Kept(session, account.credentialVersion(), clock.instant());
                if (!usable) {
                    session.abort();
                } else if (kept.putIfAbsent(account.id(), mine) != null) {
                    session.close();
                }
            } finally {
                turn.release();
                all.release();
            }
        }
    }

    /** Cuts off readers that take nothing any more, and ends connections that nobody came back for. */
    @Scheduled(every = "5s", delayed = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    public void endIdle() {
        Instant now = clock.instant();
        for (ProviderMessage message : open) {
            if (message.progress().plus(STALL_MAX).isBefore(now)) {
                message.giveUp();
            }
        }
        kept.forEach((account, idle) -> {
            if (idle.since().plus(KEPT_MAX).isBefore(now) && kept.remove(account, idle)) {
                idle.session().close();
            }
        });
    }

    @PreDestroy
    void end() {
        kept.values().forEach(idle -> idle.session().abort());
    }
}
