package dev.mailroom.sync.database;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Statements on one client, awaited. */
final class Statements {
    /** The longest wait for an answer of PostgreSQL: a statement that takes longer has lost its server. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    private Statements() {}

    static RowSet<Row> run(SqlClient client, String sql, @Nullable Object... parameters) {
        return await(client.preparedQuery(sql).execute(Tuple.wrap(new ArrayList<>(Arrays.asList(parameters)))));
    }

    static List<Row> rows(RowSet<Row> set) {
        List<Row> rows = new ArrayList<>(set.size());
        set.forEach(rows::add);
        return rows;
    }

    static <T> T await(Uni<T> answer) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("the database is awaited on a virtual thread, not on an event loop");
        }
        try {
            return answer.await().atMost(ANSWER_MAX);
        } catch (io.smallrye.mutiny.TimeoutException late) {
            // As a cause that everybody knows to be transient.
            throw new CompletionException(new TimeoutException("PostgreSQL did not answer in " + ANSWER_MAX));
        }
    }
}
