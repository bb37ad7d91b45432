package dev.mailroom.sync.database;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Statements on one client, awaited. */
final class Statements {
    /** The longest wait for an answer of PostgreSQL: a statement that takes longer has lost its server. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    /** Statements that were sent, of all clients. */
    static final LongAdder SENT = new LongAdder();

    /** When a statement was last answered, of any client. */
    private static volatile long answeredAtNanos = System.nanoTime();

    private Statements() {}

    static long answeredAtNanos() {
        return answeredAtNanos;
    }

    private static void answered() {
        answeredAtNanos = System.nanoTime();
    }

    static RowSet<Row> run(SqlClient client, String sql, @Nullable Object... parameters) {
        return await(statement(client, sql, parameters));
    }

    /** Sends a statement; the answer is for {@link #awaitEnd} and {@link #get}. */
    static CompletableFuture<@Nullable RowSet<Row>> send(SqlClient client, String sql, @Nullable Object... parameters) {
        refuseEventLoop();
        return statement(client, sql, parameters)
                .<@Nullable RowSet<Row>>map(set -> set)
                .subscribeAsCompletionStage();
    }

    private static Uni<RowSet<Row>> statement(SqlClient client, String sql, @Nullable Object... parameters) {
        SENT.increment();
        return client.preparedQuery(sql).execute(Tuple.wrap(new ArrayList<>(Arrays.asList(parameters))));
    }

    /** Waits until there is an answer, whichever. */
    static void awaitEnd(CompletableFuture<?> answer) {
        refuseEventLoop();
        try {
            answer.exceptionally(failed -> null).get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (!answer.isCompletedExceptionally()) {
                answered();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CompletionException(interrupted);
        } catch (TimeoutException late) {
            throw late(ANSWER_MAX);
        } catch (ExecutionException never) {
            throw new CompletionException(never.getCause());
        }
    }

    /** An answer that is there. */
    static <T extends @Nullable Object> T get(CompletableFuture<T> answer) {
        try {
            return answer.getNow(null);
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw failed;
        }
    }

    static List<Row> rows(RowSet<Row> set) {
        List<Row> rows = new ArrayList<>(set.size());
        set.forEach(rows::add);
        return rows;
    }

    /** A connection of the pool, for the caller to close. One that comes after the caller gave up goes back to the pool. */
    static SqlConnection connection(Pool pool) {
        return connection(pool, ANSWER_MAX);
    }

    static SqlConnection connection(Pool pool, Duration max) {
        refuseEventLoop();
        CompletableFuture<SqlConnection> coming = pool.getConnection().subscribeAsCompletionStage();
        try {
            return coming.get(max.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            coming.thenAccept(SqlConnection::closeAndForget);
            Thread.currentThread().interrupt();
            throw new CompletionException(interrupted);
        } catch (TimeoutException late) {
            coming.thenAccept(SqlConnection::closeAndForget);
            throw late(max);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new CompletionException(failed.getCause());
        }
    }

    static <T> T await(Uni<T> answer) {
        refuseEventLoop();
        try {
            T given = answer.await().atMost(ANSWER_MAX);
            answered();
            return given;
        } catch (io.smallrye.mutiny.TimeoutException late) {
            throw late(ANSWER_MAX);
        }
    }

    private static void refuseEventLoop() {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("the database is awaited on a virtual thread, not on an event loop");
        }
    }

    /** As a cause that everybody knows to be transient. */
    private static CompletionException late(Duration max) {
        return new CompletionException(new TimeoutException("PostgreSQL did not answer in " + max));
    }
}
