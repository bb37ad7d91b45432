package dev.mailroom.outbox;

import dev.mailroom.contracts.CloudEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;

/** Writes events in the transaction of a connection of the reactive pool. Stateless: the caller owns the transaction. */
@Singleton
public class PgOutbox {
    /**
     * Adds events to the transaction of the connection, in the order of the list; usually in one statement.
     *
     * @return fails with {@link EventTooLargeException} if an event has more than {@link Outbox#EVENT_MAX_BYTES}, and
     *     with {@link IllegalStateException} if the connection has no transaction
     */
    public Uni<Void> append(SqlConnection connection, List<? extends CloudEvent<?>> events) {
        return Uni.createFrom().deferred(() -> {
            if (connection.transaction() == null) {
                throw new IllegalStateException("an event is written in the transaction of its row: there is none");
            }
            Uni<Void> appended = Uni.createFrom().voidItem();
            for (OutboxInsert insert : OutboxInsert.of(events)) {
                appended = appended.chain(() -> connection
                        .preparedQuery(OutboxInsert.SQL)
                        .execute(Tuple.newInstance(io.vertx.sqlclient.Tuple.from(insert.parameters())))
                        .replaceWithVoid());
            }
            return appended;
        });
    }

    /** Adds one event; see {@link #append(SqlConnection, List)}. */
    public Uni<Void> append(SqlConnection connection, CloudEvent<?> event) {
        return append(connection, List.of(event));
    }
}
