package dev.mailroom.outbox;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.hibernate.reactive.mutiny.impl.MutinySessionImpl;
import org.hibernate.reactive.pool.ReactiveConnection;

/**
 * Writes events in the transaction of a Hibernate Reactive session. Stateless: the caller owns the transaction.
 *
 * <p>Use {@link PgOutbox} in a service without Hibernate.
 */
@Singleton
public class Outbox {
    /** Bytes of JSON data that an event may have: 900 KiB, below the 1 MiB that Kafka takes by default for a record. */
    public static final int EVENT_MAX_BYTES = EventCodec.DATA_MAX_BYTES;

    /**
     * Adds events to the transaction of the session, in the order of the list; usually in one statement.
     *
     * <p>Chain it with the other work on the session, never run it beside: a session takes one operation at a time.
     *
     * @return fails with {@link EventTooLargeException} if an event has more than {@link #EVENT_MAX_BYTES}, and with
     *     {@link IllegalStateException} if the session has no transaction: the event would not be one with its row
     */
    public Uni<Void> append(Mutiny.Session session, List<? extends CloudEvent<?>> events) {
        return Uni.createFrom().deferred(() -> {
            if (session.currentTransaction() == null) {
                throw new IllegalStateException("an event is written in the transaction of its row: there is none");
            }
            ReactiveConnection connection = ((MutinySessionImpl) session).getReactiveConnection();
            Uni<Void> appended = Uni.createFrom().voidItem();
            for (OutboxInsert insert : OutboxInsert.of(events)) {
                appended = appended.chain(() -> Uni.createFrom()
                        .completionStage(() -> connection.update(OutboxInsert.SQL, insert.parameters()))
                        .replaceWithVoid());
            }
            return appended;
        });
    }

    /** Adds one event; see {@link #append(Mutiny.Session, List)}. */
    public Uni<Void> append(Mutiny.Session session, CloudEvent<?> event) {
        return append(session, List.of(event));
    }
}
