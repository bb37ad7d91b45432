package dev.mailroom.sync.sent;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.sync.account.Accounts;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Sql;
import dev.mailroom.sync.mailbox.MissingRoles;
import dev.mailroom.sync.ownership.FencedWrites;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/**
 * Mailboxes without room for a copy (OVERQUOTA, RFC 9208). Mail comes in and commands are done as before; the account says that somebody has
 * to make room, and nothing is appended but one message now and then, until one is taken.
 */
@Singleton
public class FullMailbox {
    public static final String CATEGORY = "over_quota";

    public static final String HINT =
            "The mailbox is full: make room in it or get more space from its provider. Copies of sent messages are filed then.";

    private final Database database;
    private final FencedWrites writes;
    private final SentConfig config;
    private final Clock clock;

    @Inject
    FullMailbox(Database database, FencedWrites writes, SentConfig config, Clock clock) {
        this.database = database;
        this.writes = writes;
        this.config = config;
        this.clock = clock;
    }

    /** Whether a session that has nothing else to complain of has to ask for room. */
    public static boolean any(Sql sql, UUID account) {
        return sql.first("select 1 from account where id = $1 and append_after is not null", account)
                .isPresent();
    }

    /** When something may be appended again; empty if the mailbox has room, as far as anybody knows. */
    Optional<Instant> full(UUID account) {
        return database.first("select append_after from account where id = $1 and append_after is not null", account)
                .map(row -> row.getOffsetDateTime("append_after"))
                .map(OffsetDateTime::toInstant);
    }

    /** The server had no room. */
    void refused(Link link) {
        Instant now = clock.instant();
        writes.write(link.fence(), tx -> {
            tx.execute(
                    "update account set append_after = $2 where id = $1",
                    link.accountId(),
                    now.plus(config.fullRetry()).atOffset(ZoneOffset.UTC));
            boolean live = tx.first("select 1 from account where id = $1 and state = 'live'", link.accountId())
                    .isPresent();
            return live
                    && Accounts.changeState(tx, link.accountId(), SyncStatus.State.NEEDS_ACTION, CATEGORY, HINT, now);
        });
    }

    /** The server took one. */
    void roomAgain(Link link) {
        writes.write(link.fence(), tx -> {
            tx.execute("update account set append_after = null where id = $1", link.accountId());
            boolean said = tx.first(
                            "select 1 from account where id = $1 and state = 'needs_action' and state_category = $2",
                            link.accountId(),
                            CATEGORY)
                    .isPresent();
            boolean misses = MissingRoles.any(tx, link.accountId());
            return said
                    && Accounts.changeState(
                            tx,
                            link.accountId(),
                            misses ? SyncStatus.State.NEEDS_ACTION : SyncStatus.State.LIVE,
                            misses ? MissingRoles.CATEGORY : null,
                            misses ? MissingRoles.HINT : null,
                            clock.instant());
        });
    }
}
