package dev.mailroom.outbox;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.hibernate.reactive.mutiny.impl.MutinySessionImpl;

/** Makes an effect happen once for each event and consumer, in the transaction of a Hibernate Reactive session. */
@Singleton
public class Inbox {
    static final String SQL = "insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing";

    /**
     * Runs the effect unless this consumer has seen the event before.
     *
     * <p>A second transaction with the same event waits for the first: after its commit it does nothing, after its
     * roll-back it runs the effect.
     *
     * @param consumer a stable name, unique among the consumers of this database, for example {@code rules}
     * @param effect must work on the given session only
     */
    public Uni<Void> once(Mutiny.Session session, String consumer, UUID eventId, Supplier<Uni<Void>> effect) {
        return Uni.createFrom()
                .completionStage(() -> ((MutinySessionImpl) session)
                        .getReactiveConnection()
                        .update(SQL, new Object[] {consumer, eventId}))
                .chain(inserted ->
                        inserted == 1 ? effect.get() : Uni.createFrom().voidItem());
    }
}
