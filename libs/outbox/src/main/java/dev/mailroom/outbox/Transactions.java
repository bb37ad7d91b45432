package dev.mailroom.outbox;

import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The bridge from a virtual thread to Hibernate Reactive: runs a transaction on an event loop and waits for its commit.
 *
 * <p>The only place where a blocking thread meets Hibernate Reactive, which works on a Vert.x context only. Waiting for
 * the commit is the back-pressure. Code that is already reactive (an {@code @Incoming} method) uses
 * {@link #inReactiveTransaction}.
 */
@Singleton
public class Transactions {
    // Looked up at the first use: a service without Hibernate has no such bean, and does not use this class.
    private final Instance<Mutiny.SessionFactory> sessions;

    @Inject
    Transactions(Instance<Mutiny.SessionFactory> sessions) {
        this.sessions = sessions;
    }

    /**
     * Runs the work in a transaction of its own, commits, and gives its result. Nothing is retried.
     *
     * <p>Inside the work everything is reactive and chained; no blocking, no second thread on the session.
     *
     * @throws IllegalStateException on an event loop
     * @throws TransactionInterruptedException if interrupted while waiting; the transaction may still commit
     * @throws RuntimeException what the work failed with, as it is; a checked failure is wrapped in
     *     {@link java.util.concurrent.CompletionException}. The transaction is rolled back
     */
    public <T extends @Nullable Object> T inTransaction(Function<Mutiny.Session, Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(() -> inReactiveTransaction(work));
        } catch (Throwable failure) {
            throw Awaiting.rethrow(failure);
        }
    }

    /** The same for a caller on a Vert.x context that awaits nothing: an {@code @Incoming} method with a {@link Uni}. */
    public <T extends @Nullable Object> Uni<T> inReactiveTransaction(Function<Mutiny.Session, Uni<T>> work) {
        return sessions.get().withTransaction(work);
    }
}
