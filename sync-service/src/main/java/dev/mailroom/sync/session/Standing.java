package dev.mailroom.sync.session;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.outbox.TransientFailures;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.ownership.Fence;
import dev.mailroom.sync.ownership.FencedException;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** How an account stands: what is said of it, and what its next session has to know. Belongs to one session; any thread may ask it. */
final class Standing {
    private static final Logger LOG = Logger.getLogger(Standing.class);

    private final SessionParts parts;
    private final Fence fence;
    private final Setbacks setbacks;
    private Setbacks.@Nullable Memory stored;
    private volatile SyncStatus.State said;

    Standing(SessionParts parts, Fence fence, Setbacks setbacks, SyncStatus.State said) {
        this.parts = parts;
        this.fence = fence;
        this.setbacks = setbacks;
        this.said = said;
    }

    /** What was last said. */
    SyncStatus.State said() {
        return said;
    }

    void say(Account account, SyncStatus.State state, @Nullable String category) {
        parts.report().say(fence, account.id(), state, category);
        said = state;
    }

    /** Goes on where the session before ended, once. */
    void recall(Account account) {
        if (stored == null) {
            stored = parts.setbackRows().of(account);
            setbacks.recall(stored);
        }
    }

    /** So that a session which begins anew, here or elsewhere, goes on counting. */
    void store(Account account) {
        Setbacks.Memory now = setbacks.memory();
        if (stored != null && !now.equals(stored)) {
            parts.setbackRows().write(fence, account, now);
            stored = now;
        }
    }

    /** Mail is in step. */
    void succeeded(Account account) {
        setbacks.succeeded();
        store(account);
    }

    /** @throws FencedException if another replica owns the account */
    void failed(Account account, Setbacks.Verdict verdict) {
        SyncStatus.State state = verdict.said();
        try {
            store(account);
            if (state != null && verdict.changes(said)) {
                say(account, state, verdict.category());
            }
        } catch (FencedException fenced) {
            throw fenced;
        } catch (RuntimeException databaseAway) {
            // The wait comes first; what is true then is said then.
            LOG.warnf("account=%s state not written: %s", account.id(), TransientFailures.nameOf(databaseAway));
        }
    }

    /**
     * A session without a connection waits for its turn to log in: nothing fails, but no mail comes in either.
     *
     * @param since when it began to wait
     * @throws FencedException if another replica owns the account
     */
    void waits(Account account, Instant since) {
        Optional<SyncStatus.State> longAway =
                setbacks.whileWaiting(said, since, parts.clock().instant());
        if (longAway.isEmpty()) {
            return;
        }
        try {
            say(account, longAway.get(), setbacks.lastCategory());
        } catch (FencedException fenced) {
            throw fenced;
        } catch (RuntimeException databaseAway) {
            LOG.warnf("account=%s state not written: %s", account.id(), TransientFailures.nameOf(databaseAway));
        }
    }
}
