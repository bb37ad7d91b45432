package dev.mailroom.outbox;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.SyncStatus;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** The library in an application, with PostgreSQL and Kafka. */
abstract class OutboxApplication {
    static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    Transactions transactions;

    @Inject
    PgTransactions pgTransactions;

    @Inject
    Outbox outbox;

    @Inject
    Pool pool;

    static CloudEvent<SyncStatus> event() {
        return progress(UUID.randomUUID(), 0);
    }

    static CloudEvent<SyncStatus> progress(UUID account, int done) {
        return new CloudEvent<>(
                UUID.randomUUID(),
                "/test",
                Instant.parse("2026-01-02T03:04:05Z"),
                new SyncStatus.ImportProgress(account, new UUID(1, 2), done, 5_000, false, null));
    }

    long notes(String text) {
        return pool.preparedQuery("select count(*) from note where text = $1")
                .execute(Tuple.of(text))
                .await()
                .atMost(SOON)
                .iterator()
                .next()
                .getLong(0);
    }

    interface Work<T> {
        T run();
    }

    static <T> T onVirtualThread(Work<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread.ofVirtual().start(task);
        try {
            return task.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
