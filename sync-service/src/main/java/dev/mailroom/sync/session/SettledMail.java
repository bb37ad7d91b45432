package dev.mailroom.sync.session;

import dev.mailroom.outbox.TransientFailures;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.mailbox.Mailboxes;
import dev.mailroom.sync.message.Settling;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedException;
import dev.mailroom.sync.ownership.FencedWrites;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Tells an account's mail that has settled: on the thread of its session, connected or not, so that its events keep their order. */
@Singleton
class SettledMail {
    /** A session without a connection that waits for longer asks again. */
    static final Duration ASK_AGAIN = Duration.ofMinutes(5);

    private static final Duration ASK_AGAIN_MIN = Duration.ofMillis(100);
    private static final Logger LOG = Logger.getLogger(SettledMail.class);

    private final Database database;
    private final FencedWrites writes;
    private final Mailboxes mailboxes;
    private final Settling settling;
    private final Clock clock;

    @Inject
    SettledMail(Database database, FencedWrites writes, Mailboxes mailboxes, Settling settling, Clock clock) {
        this.database = database;
        this.writes = writes;
        this.mailboxes = mailboxes;
        this.settling = settling;
        this.clock = clock;
    }

    /** @param due when there is something to do for the account: if that is not yet, nobody is asked */
    void tellIfDue(Account account, Fence fence, Optional<Instant> due) {
        if (due.isPresent() && !clock.instant().isBefore(due.get())) {
            tell(account, fence);
        }
    }

    private void tell(Account account, Fence fence) {
        boolean more;
        do {
            more = writes.write(
                    fence,
                    account.organization(),
                    tx -> settling.tellDue(tx, mailboxes.scope(tx, account.id(), account.organization())));
        } while (more);
    }

    /**
     * The same for a session that has no connection and waits.
     *
     * @return how long it may wait before it asks again
     * @throws FencedException if another replica owns the account
     */
    Duration tellWhileAway(Account account, Fence fence) {
        try {
            Optional<Instant> due = settling.nextDue(database, account.id());
            if (due.isEmpty()) {
                return ASK_AGAIN;
            }
            tellIfDue(account, fence, due);
            Duration left = Duration.between(clock.instant(), due.get());
            return left.compareTo(ASK_AGAIN_MIN) < 0 ? ASK_AGAIN_MIN : left;
        } catch (FencedException notOurs) {
            throw notOurs;
        } catch (RuntimeException databaseAway) {
            LOG.warnf("account=%s settled mail waits: %s", account.id(), TransientFailures.nameOf(databaseAway));
            return ASK_AGAIN;
        }
    }
}
