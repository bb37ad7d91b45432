package dev.mailroom.outbox;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Transactions on the reactive pool, for a virtual thread that waits and for reactive callers. Retries nothing. */
@Singleton
public class PgTransactions {
    private final Pool pool;

    @Inject
    public PgTransactions(Pool pool) {
        this.pool = pool;
    }

    /**
     * Runs the work in a transaction of its own, commits, and gives its result.
     *
     * @throws IllegalStateException on an event loop
     * @throws TransactionInterruptedException if interrupted while waiting; the transaction may still commit
     * @throws RuntimeException what the work failed with, as it is; a checked failure is wrapped in
     *     {@link java.util.concurrent.CompletionException}. The transaction is rolled back
     */
    public <T extends @Nullable Object> T inTransaction(Function<SqlConnection, Uni<T>> work) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("a transaction is awaited on a virtual thread, not on an event loop");
        }
        try {
            return inReactiveTransaction(work).await().indefinitely();
        } catch (Throwable failure) {
            throw Awaiting.rethrow(failure);
        }
    }

    /** The same for a reactive caller that awaits nothing. */
    public <T extends @Nullable Object> Uni<T> inReactiveTransaction(Function<SqlConnection, Uni<T>> work) {
        return pool.withTransaction(work);
    }
}
