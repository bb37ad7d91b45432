package dev.mailroom.sync.ownership;

import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Transaction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The only door to the database for a session's writes. */
@Singleton
public class FencedWrites {
    private final Database database;
    private final Counter refused;

    @Inject
    public FencedWrites(Database database, MeterRegistry metrics) {
        this.database = database;
        this.refused = metrics.counter("mailroom_sync_fenced_writes_total");
    }

    /**
     * Runs the work in a transaction that holds the shard's epoch: nobody can raise it before the commit.
     *
     * @throws FencedException if the epoch is not the fence's; the work was not run
     */
    public <T extends @Nullable Object> T write(Fence fence, Function<Transaction, T> work) {
        return database.inTransaction(tx -> {
            boolean ours = tx.first(
                            "select epoch from shard where id = $1 and epoch = $2 for share",
                            fence.shard(),
                            fence.epoch())
                    .isPresent();
            if (!ours) {
                refused.increment();
                throw new FencedException(fence);
            }
            return work.apply(tx);
        });
    }
}
