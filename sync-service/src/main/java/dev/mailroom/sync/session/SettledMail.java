package dev.mailroom.sync.session;

import dev.mailroom.outbox.TransientFailures;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import dev.mailroom.sync.mailbox.Mailboxes;
import dev.mailroom.sync.message.AccountScope;
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
import java.util.function.BiFunction;
import org.jboss.logging.Logger;

/** Tells an account's mail that has settled: on the thread of its session, connected or not, so that its events keep their order. */
@Singleton
public class SettledMail {
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

    /** Tells all that is due; a message that cannot be told goes into quarantine, and the others are told. */
    public void tell(Account account, Fence fence) {
        int together = Settling.BATCH_MAX;
        boolean more = true;
        while (more) {
            try {
                int max = together;
                more = write(account, fence, (tx, scope) -> settling.tellDue(tx, scope, max));
            } catch (FencedException notOurs) {
                throw notOurs;
            } catch (RuntimeException failure) {
                if (TransientFailures.isTransient(failure)
                        || Thread.currentThread().isInterrupted()) {
                    throw failure;
                }
                LOG.errorf(
                        "account=%s settled mail not told (%s): %s",
                        account.id(),
                        TransientFailures.nameOf(failure),
                        together == 1 ? "to quarantine" : "one by one");
                if (together == 1) {
                    write(account, fence, (tx, scope) -> {
                        settling.giveUpNext(tx, scope);
                        return true;
                    });
                }
                together = 1;
            }
        }
    }

    private boolean write(Account account, Fence fence, BiFunction<Transaction, AccountScope, Boolean> work) {
        return writes.write(
                fence,
                account.organization(),
                tx -> work.apply(tx, mailboxes.scope(tx, account.id(), account.organization())));
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
