package dev.mailroom.sync.ownership;

import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The only door to the database for a session's writes. */
@Singleton
public class FencedWrites {
    /** Transactions of one organization that wait for its lock or hold it: one works, the next one is ready. */
    static final int TURNS_PER_ORGANIZATION = 2;

    private static final String FENCE = "select epoch from shard where id = $1 and epoch = $2 for share";

    private final Map<UUID, Turns> turns = new ConcurrentHashMap<>();
    private final Database database;
    private final Counter refused;

    @Inject
    public FencedWrites(Database database, MeterRegistry metrics) {
        this.database = database;
        this.refused = metrics.counter("mailroom_sync_fenced_writes_total");
    }

    /**
     * {@link #write(Fence, Function)} for work that takes the lock of an organization: waits for a turn before it takes a
     * connection, so that one organization's accounts cannot hold all of the pool while they wait for each other.
     */
    public <T extends @Nullable Object> T write(Fence fence, UUID organization, Function<Transaction, T> work) {
        return write(fence, organization, true, work);
    }

    /**
     * The same for work that may not be urgent: of the organization's turns the work that is not takes one at most, so that what is
     * urgent never waits for more than one transaction of the other kind.
     */
    public <T extends @Nullable Object> T write(
            Fence fence, UUID organization, boolean urgent, Function<Transaction, T> work) {
        Turns own = turns.compute(organization, (id, known) -> (known == null ? new Turns() : known).joined());
        try {
            return urgent ? inTurn(own.free, fence, work) : patiently(own, fence, work);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CompletionException(interrupted);
        } finally {
            turns.computeIfPresent(organization, (id, known) -> known.left());
        }
    }

    private <T extends @Nullable Object> T patiently(Turns own, Fence fence, Function<Transaction, T> work)
            throws InterruptedException {
        own.patient.acquire();
        try {
            return inTurn(own.free, fence, work);
        } finally {
            own.patient.release();
        }
    }

    private <T extends @Nullable Object> T inTurn(Semaphore turns, Fence fence, Function<Transaction, T> work)
            throws InterruptedException {
        turns.acquire();
        try {
            return write(fence, work);
        } finally {
            turns.release();
        }
    }

    /** Forgotten with the last one who waits. Counted under the lock of the map's entry. */
    private static final class Turns {
        private final Semaphore free = new Semaphore(TURNS_PER_ORGANIZATION, true);
        private final Semaphore patient = new Semaphore(1, true);
        private int users;

        private Turns joined() {
            users++;
            return this;
        }

        private @Nullable Turns left() {
            users--;
            return users == 0 ? null : this;
        }
    }

    /**
     * Runs the work in a transaction that holds the shard's epoch: nobody can raise it before the commit.
     *
     * @throws FencedException if the epoch is not the fence's: the work got no answer of the database, and nothing of it was written
     */
    public <T extends @Nullable Object> T write(Fence fence, Function<Transaction, T> work) {
        return database.inTransaction(tx -> {
            tx.require(() -> refused(fence), FENCE, fence.shard(), fence.epoch());
            return work.apply(tx);
        });
    }

    private FencedException refused(Fence fence) {
        refused.increment();
        return new FencedException(fence);
    }
}
