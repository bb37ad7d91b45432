package dev.mailroom.sync.database;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one transaction, sent without waiting and answered in their order. A wait is for one answer; all that were sent before
 * it are looked at then, and the first that failed is what the wait throws.
 */
final class Pipeline {
    private final SqlConnection connection;
    private final List<Sent> open = new ArrayList<>();

    /** Begins a transaction on the connection. */
    Pipeline(SqlConnection connection) {
        this.connection = connection;
        add(connection.begin());
    }

    /** @param otherwise thrown if the statement gives no row; null if it need not */
    Sent send(@Nullable Supplier<? extends RuntimeException> otherwise, String sql, @Nullable Object... parameters) {
        Sent sent = new Sent(Statements.send(connection, sql, parameters), otherwise);
        open.add(sent);
        return sent;
    }

    /** Something else that is done on the connection. */
    void add(Uni<?> doing) {
        open.add(new Sent(doing.<@Nullable RowSet<Row>>map(_ -> null).subscribeAsCompletionStage(), null));
    }

    /** Waits until all that was sent is answered. */
    void settle() {
        if (!open.isEmpty()) {
            settle(open.getLast());
        }
    }

    private void settle(Sent last) {
        Statements.awaitEnd(last.answer);
        // The answers come in order: those before it are here, or are about to be.
        while (!open.isEmpty()) {
            Sent first = open.removeFirst();
            first.check();
            if (first == last) {
                return;
            }
        }
    }

    /** One statement. */
    final class Sent implements Answer {
        private final CompletableFuture<@Nullable RowSet<Row>> answer;
        private final @Nullable Supplier<? extends RuntimeException> otherwise;

        private Sent(
                CompletableFuture<@Nullable RowSet<Row>> answer,
                @Nullable Supplier<? extends RuntimeException> otherwise) {
            this.answer = answer;
            this.otherwise = otherwise;
        }

        @Override
        public List<Row> rows() {
            return Statements.rows(set());
        }

        int count() {
            return set().rowCount();
        }

        private RowSet<Row> set() {
            if (open.contains(this)) {
                settle(this);
            }
            RowSet<Row> set = Statements.get(answer);
            if (set == null) {
                throw new IllegalStateException("no statement");
            }
            return set;
        }

        private void check() {
            Statements.awaitEnd(answer);
            RowSet<Row> set = Statements.get(answer);
            if (otherwise != null && (set == null || set.size() == 0)) {
                throw otherwise.get();
            }
        }
    }
}
