package dev.mailroom.sync.database;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.outbox.PgOutbox;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The service's database for virtual threads: single statements, each in a transaction of its own, and whole transactions. */
@Singleton
public class Database implements Sql {
    /** Until the end of the transaction. Connections of the pool begin with all organizations, which is for sessions. */
    public static final String WORK_FOR = "select set_config('mailroom.organization', $1, true)";

    private static final String SOURCE = "/sync-service";

    private final Pool pool;
    private final PgOutbox outbox;
    private final Clock clock;

    @Inject
    public Database(Pool pool, PgOutbox outbox, Clock clock, MeterRegistry metrics) {
        FunctionCounter.builder("mailroom_sync_statements", Statements.SENT, LongAdder::sum)
                .description("Statements sent to PostgreSQL")
                .register(metrics);
        this.pool = pool;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** When PostgreSQL last answered a statement, or the start, by {@link System#nanoTime()}. */
    public long answeredAtNanos() {
        return Statements.answeredAtNanos();
    }

    @Override
    public List<Row> query(String sql, @Nullable Object... parameters) {
        return Statements.rows(Statements.run(pool, sql, parameters));
    }

    @Override
    public int execute(String sql, @Nullable Object... parameters) {
        return Statements.run(pool, sql, parameters).rowCount();
    }

    /**
     * Runs reads of the API in a transaction that sees one organization's rows, whatever its statements ask for.
     *
     * @throws RuntimeException what the work or PostgreSQL failed with
     */
    public <T extends @Nullable Object> T reading(UUID organization, Function<Sql, T> work) {
        return forOrganization(organization, work::apply);
    }

    /** {@link #inTransaction} of the API: sees and writes one organization's rows, whatever its statements ask for. */
    public <T extends @Nullable Object> T forOrganization(UUID organization, Function<Transaction, T> work) {
        return inTransaction(tx -> {
            tx.send(WORK_FOR, organization.toString());
            return work.apply(tx);
        });
    }

    /**
     * Runs the work in one transaction; its events are written last, in the order in which they were added.
     *
     * @throws RuntimeException what the work or PostgreSQL failed with; the transaction is rolled back
     */
    public <T extends @Nullable Object> T inTransaction(Function<Transaction, T> work) {
        SqlConnection connection = Statements.connection(pool);
        try {
            // Not waited for: what the work sends goes right behind it.
            Pipeline pipeline = new Pipeline(connection);
            io.vertx.mutiny.sqlclient.Transaction begun = connection.transaction();
            T result;
            try {
                Open open = new Open(connection, pipeline);
                result = work.apply(open);
                open.flush();
            } catch (RuntimeException | Error failure) {
                rollback(begun, failure);
                throw failure;
            }
            Statements.await(begun.commit());
            return result;
        } finally {
            connection.closeAndForget();
        }
    }

    private static void rollback(io.vertx.mutiny.sqlclient.Transaction begun, Throwable failure) {
        try {
            Statements.await(begun.rollback());
        } catch (RuntimeException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    private final class Open implements Transaction {
        private final SqlConnection connection;
        private final Pipeline pipeline;
        private final List<CloudEvent<?>> events = new ArrayList<>();

        private Open(SqlConnection connection, Pipeline pipeline) {
            this.connection = connection;
            this.pipeline = pipeline;
        }

        @Override
        public List<Row> query(String sql, @Nullable Object... parameters) {
            return send(sql, parameters).rows();
        }

        @Override
        public int execute(String sql, @Nullable Object... parameters) {
            return pipeline.send(null, sql, parameters).count();
        }

        @Override
        public Answer send(String sql, @Nullable Object... parameters) {
            return pipeline.send(null, sql, parameters);
        }

        @Override
        public void require(
                Supplier<? extends RuntimeException> otherwise, String sql, @Nullable Object... parameters) {
            pipeline.send(otherwise, sql, parameters);
        }

        @Override
        public void tell(UUID id, MailroomEvent event) {
            events.add(new CloudEvent<>(id, SOURCE, clock.instant(), event));
        }

        /** COMMIT of a transaction in which something failed is an answer like any other: so all is known before it is asked for. */
        private void flush() {
            if (!events.isEmpty()) {
                pipeline.add(outbox.append(connection, events));
            }
            pipeline.settle();
        }
    }
}
