package dev.mailroom.outbox;

import dev.mailroom.outbox.RelaySender.LeadLostException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.PreparedStatement;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The relay's own connection to PostgreSQL: it holds the advisory lock that makes its replica the one that
 * sends, listens, reads and deletes.
 *
 * <p>Taken from the pool and never given back: it has session settings (deletes that may be forgotten in a crash of the
 * server) that no business transaction may inherit. {@link #close} ends the backend. Used by the relay's thread only.
 *
 * <p><b>Lease.</b> The machine of a process that is frozen goes on answering for its sockets, so PostgreSQL would keep its lock.
 * Therefore the server ends a session that asks nothing for as long as the lease, and {@link #proveLife} asks something in time.
 */
final class RelayConnection implements AutoCloseable {
    /** First number of our advisory locks ("mail"); the trigger of the table names it too. */
    static final int LOCK_SPACE = 0x6d61696c;

    private static final int LEAD = 1;
    private static final int AWAKE = 2;
    private static final int WRITERS = 3;

    private static final Logger LOG = Logger.getLogger(RelayConnection.class);

    /**
     * A delete that a crash of the server forgets is an event sent twice, which the inbox absorbs: no need to wait for
     * the disk. The keep-alives make the server drop the lock of a machine that vanished within about 11 seconds; the time-outs
     * do it for one whose process is frozen, between two questions or in the middle of an answer. The table
     * is empty when its statistics are taken and large after an outage, so the planner is told to walk the index.
     */
    private static final String SETTINGS = """
            set application_name = '%2$s';
            set synchronous_commit = off;
            set tcp_keepalives_idle = 5;
            set tcp_keepalives_interval = 2;
            set tcp_keepalives_count = 3;
            set enable_seqscan = off;
            set enable_sort = off;
            set plan_cache_mode = auto;
            set idle_session_timeout = %1$d;
            set idle_in_transaction_session_timeout = %1$d;
            set tcp_user_timeout = %1$d
            """;

    /** What the session of a relay is called: others find it by this name. */
    private static final String NAME = "outbox-relay";

    /** What it is called while its replica does not reach Kafka. */
    private static final String NAME_WITHOUT_KAFKA = "outbox-relay without Kafka";

    private static final String OTHERS =
            "select exists (select 1 from pg_stat_activity where datname = current_database()"
                    + " and usename = current_user and application_name = '" + NAME + "' and pid <> pg_backend_pid())";

    /** A question is asked at the latest when so much of the lease is over. */
    static final int PROOFS_PER_LEASE = 4;

    private static final String WHO_AM_I =
            "select pid, backend_start from pg_stat_activity where pid = pg_backend_pid()";

    private static final String TRY_LOCK = "select pg_try_advisory_lock(" + LOCK_SPACE + ", %d)";
    private static final String UNLOCK = "select pg_advisory_unlock(" + LOCK_SPACE + ", %d)";

    /** Inside one statement, so that a writer waits for it no longer than the server needs for two calls. */
    private static final String NO_WRITERS = "select case when pg_try_advisory_lock(" + LOCK_SPACE + ", " + WRITERS
            + ") then pg_advisory_unlock(" + LOCK_SPACE + ", " + WRITERS + ") else false end";

    /**
     * What is there and unsent, oldest first: never "after the last id", because a transaction with a lower id may
     * commit later. The running sum bounds the bytes; the first row is always taken.
     */
    private static final String FETCH = """
            select id, topic, key, headers, payload, attempts, created_at
            from (select id, topic, key, headers, payload, attempts, created_at,
                         sum(octet_length(payload)) over (order by id rows unbounded preceding)
                             - octet_length(payload) as bytes_before
                  from outbox
                  where topic <> all ($1::text[])
                  order by id
                  limit $2) as batch
            where bytes_before < $3
            order by id
            """;

    private static final String DELETE = "delete from outbox where id = any ($1::bigint[])";

    private static final String COUNT_ATTEMPT = "update outbox set attempts = attempts + 1 where id = $1";

    private static final String PARK = """
            with poison as (delete from outbox where id = $1
                            returning id, event_id, topic, key, headers, payload, created_at)
            insert into outbox_parked (id, event_id, topic, key, headers, payload, created_at, reason)
            select id, event_id, topic, key, headers, payload, created_at, $2 from poison
            """;

    /** Counts no further than this: beyond it the exact number helps nobody and costs a scan. */
    static final int PENDING_COUNT_MAX = 100_000;

    private static final String STATISTICS = """
            select (select count(*) from (select 1 from outbox limit %d) as counted) as pending,
                   (select created_at from outbox order by id limit 1) as oldest
            """.formatted(PENDING_COUNT_MAX);

    /** @param oldest null if nothing is pending */
    record Statistics(long pending, @Nullable Instant oldest) {}

    private final Pool pool;
    private final SqlConnection connection;
    private final Duration timeout;
    private final Duration lease;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private long provenAt = System.nanoTime();
    private int pid;
    private @Nullable OffsetDateTime backendStart;
    private @Nullable PreparedStatement fetch;
    private @Nullable PreparedStatement delete;

    private RelayConnection(Pool pool, SqlConnection connection, Duration timeout, Duration lease) {
        this.pool = pool;
        this.connection = connection;
        this.timeout = timeout;
        this.lease = lease;
    }

    /**
     * Opens and prepares a connection.
     *
     * @param lease the server ends the session when it is asked nothing for so long
     * @param wake called, on an event loop, for each notification and when the connection is lost; must not block
     * @throws RelayConnectionException if PostgreSQL is away or does not answer in time
     */
    static RelayConnection open(Pool pool, Duration timeout, Duration lease, Runnable wake)
            throws InterruptedException {
        CompletableFuture<SqlConnection> coming = pool.getConnection().subscribeAsCompletionStage();
        RelayConnection opened;
        try {
            opened = new RelayConnection(pool, get(coming, timeout), timeout, lease);
        } catch (InterruptedException | RelayConnectionException e) {
            // Should it come after all, the pool gets it back.
            coming.thenAccept(SqlConnection::closeAndForget);
            throw e;
        }
        try {
            opened.prepare(wake);
            return opened;
        } catch (InterruptedException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void prepare(Runnable wake) throws InterruptedException {
        PgConnection pg = PgConnection.cast(connection);
        pg.closeHandler(() -> {
            closed.complete(null);
            wake.run();
        });
        // Without a handler the driver logs a stack trace, also for the end that close() asks for.
        pg.exceptionHandler(failure -> LOG.debugf("connection of the relay: %s", TransientFailures.nameOf(failure)));
        pg.notificationHandler(_ -> wake.run());
        Row self = await(connection.query(WHO_AM_I).execute()).iterator().next();
        pid = self.getInteger(0);
        backendStart = self.getOffsetDateTime(1);
        await(connection.query(SETTINGS.formatted(lease.toMillis(), NAME)).execute());
        fetch = await(connection.prepare(FETCH));
        delete = await(connection.prepare(DELETE));
    }

    boolean isLost() {
        return closed.isDone();
    }

    /**
     * Asks PostgreSQL something if the lease needs it.
     *
     * @throws LeadLostException if another replica may lead by now
     * @throws RelayConnectionException if PostgreSQL does not answer
     */
    void proveLife() throws InterruptedException {
        if (!isLost() && provenBefore(lease.dividedBy(PROOFS_PER_LEASE))) {
            await(connection.query("select 1").execute());
        }
        if (isLost() || provenBefore(lease)) {
            throw new LeadLostException();
        }
    }

    /** Counted from the question, which is before the moment from which the server counts. */
    private boolean provenBefore(Duration age) {
        return System.nanoTime() - provenAt >= age.toNanos();
    }

    /** Says to the other replicas whether this one can be given the lead. */
    void reachesKafka(boolean does) throws InterruptedException {
        await(connection
                .query("set application_name = '" + (does ? NAME : NAME_WITHOUT_KAFKA) + "'")
                .execute());
    }

    /** Whether there is another replica that can be given the lead, as far as it knows. */
    boolean othersReachKafka() throws InterruptedException {
        return ask(OTHERS);
    }

    /** Takes the lock of the database if it is free. It is held until this connection ends. */
    boolean tryLead() throws InterruptedException {
        return ask(TRY_LOCK.formatted(LEAD));
    }

    /** Tells writers that they need not wake the relay. @return false if a writer is looking at this very moment */
    boolean tryStayAwake() throws InterruptedException {
        return ask(TRY_LOCK.formatted(AWAKE));
    }

    /** Tells writers to wake the relay: transactions that insert from now on notify. Undoes {@link #tryStayAwake}. */
    void announceSleep() throws InterruptedException {
        ask(UNLOCK.formatted(AWAKE));
    }

    /** Whether no transaction with new events is open; all that were are committed and visible, or rolled back. */
    boolean noWriters() throws InterruptedException {
        return ask(NO_WRITERS);
    }

    private boolean ask(String question) throws InterruptedException {
        return await(connection.query(question).execute()).iterator().next().getBoolean(0);
    }

    /** From now on a commit with events calls {@code wake}. Only the leader listens: it wakes nobody in vain. */
    void listen() throws InterruptedException {
        await(connection.query("listen outbox").execute());
    }

    /**
     * Deletes what is on Kafka, then reads what is not: both sent at once, done one after the other by the server.
     *
     * @param except topics to leave alone for now
     */
    List<OutboxRow> deleteAndFetch(List<Long> sent, Collection<String> except, int maxEvents, long maxBytes)
            throws InterruptedException {
        long asked = System.nanoTime();
        CompletableFuture<RowSet<Row>> deleting = sent.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : prepared(delete)
                        .query()
                        .execute(Tuple.of(sent.toArray(Long[]::new)))
                        .subscribeAsCompletionStage();
        CompletableFuture<RowSet<Row>> fetching = prepared(fetch)
                .query()
                .execute(Tuple.of(except.toArray(String[]::new), maxEvents, maxBytes))
                .subscribeAsCompletionStage();
        get(deleting, timeout);
        List<OutboxRow> rows = new ArrayList<>();
        for (Row row : get(fetching, timeout)) {
            rows.add(OutboxRow.of(row));
        }
        provenAt = asked;
        return rows;
    }

    /** Remembers that Kafka refused this event for a reason of its own. */
    void countAttempt(long id) throws InterruptedException {
        await(connection.preparedQuery(COUNT_ATTEMPT).execute(Tuple.of(id)));
    }

    /** Moves an event that Kafka will never take out of the way. */
    void park(long id, String reason) throws InterruptedException {
        await(connection.preparedQuery(PARK).execute(Tuple.of(id, reason)));
    }

    Statistics statistics() throws InterruptedException {
        Row row = await(connection.query(STATISTICS).execute()).iterator().next();
        OffsetDateTime oldest = row.getOffsetDateTime("oldest");
        return new Statistics(row.getLong("pending"), oldest == null ? null : oldest.toInstant());
    }

    /** Ends the backend, and with it lock, LISTEN and settings. Does not throw; a pool that is gone has ended it too. */
    @Override
    public void close() {
        if (isLost()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            // Through another connection: this one may be stuck. The start time tells a backend that took over the pid.
            Uni<?> ending = pid == 0
                    ? connection
                            .query("select pg_terminate_backend(pg_backend_pid())")
                            .execute()
                    : pool.preparedQuery("select pg_terminate_backend(pid) from pg_stat_activity"
                                    + " where pid = $1 and backend_start = $2")
                            .execute(Tuple.of(pid, backendStart));
            get(ending.subscribeAsCompletionStage(), timeout);
            closed.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (RelayConnectionException | ExecutionException | TimeoutException e) {
            LOG.debugf("the connection of the relay did not end in time: %s", e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> T await(Uni<T> uni) throws InterruptedException {
        long asked = System.nanoTime();
        T answer = get(uni.subscribeAsCompletionStage(), timeout);
        provenAt = asked;
        return answer;
    }

    private static PreparedStatement prepared(@Nullable PreparedStatement statement) {
        if (statement == null) {
            throw new IllegalStateException("used before prepare");
        }
        return statement;
    }

    private static <T> T get(CompletableFuture<T> future, Duration timeout) throws InterruptedException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RelayConnectionException(TransientFailures.nameOf(cause), cause);
        } catch (TimeoutException e) {
            throw new RelayConnectionException("no answer for " + timeout, e);
        }
    }

    /** PostgreSQL is away, or refused: the relay starts again with another connection. */
    static final class RelayConnectionException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RelayConnectionException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
