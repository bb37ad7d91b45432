package dev.mailroom.outbox;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.function.Supplier;

/** Makes an effect happen once for each event and consumer, in the transaction of a connection of the reactive pool. */
@Singleton
public class PgInbox {
    /**
     * Runs the effect unless this consumer has seen the event before.
     *
     * <p>A second transaction with the same event waits for the first: after its commit it does nothing, after its
     * roll-back it runs the effect.
     *
     * @param consumer a stable name, unique among the consumers of this database, for example {@code sync}
     * @param effect must work on the given connection only
     */
    public Uni<Void> once(SqlConnection connection, String consumer, UUID eventId, Supplier<Uni<Void>> effect) {
        return connection
                .preparedQuery("insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing")
                .execute(Tuple.of(consumer, eventId))
                .chain(rows ->
                        rows.rowCount() == 1 ? effect.get() : Uni.createFrom().voidItem());
    }
}
