package dev.mailroom.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Forgets old inbox rows, a bounded number per pass. Every replica does it; they do not wait for each other. */
final class InboxPruning implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(InboxPruning.class);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);

    private static final String PRUNE = """
            delete from inbox where ctid = any (array(
                select ctid from inbox where received_at < $1
                order by received_at limit $2 for update skip locked))
            """;

    /**
     * What is pruned, and when.
     *
     * @param retention age at which a row may go
     * @param interval time between two passes
     * @param maxRows rows of one pass, 1..100,000
     */
    record Settings(Duration retention, Duration interval, int maxRows) {
        static final int ROWS_MAX = 100_000;

        Settings {
            if (retention.compareTo(Duration.ofHours(1)) < 0) {
                throw new IllegalArgumentException("retention must be at least 1 h");
            }
            if (interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException("prune-interval must be positive");
            }
            if (maxRows < 1 || maxRows > ROWS_MAX) {
                throw new IllegalArgumentException("prune-max-rows must be 1.." + ROWS_MAX);
            }
        }
    }

    private final Pool pool;
    private final Settings settings;
    private final Clock clock;
    private final Counter pruned;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("inbox-pruning").unstarted(this::run);

    InboxPruning(Pool pool, Settings settings, MeterRegistry metrics, Clock clock) {
        this.pool = pool;
        this.settings = settings;
        this.clock = clock;
        this.pruned = metrics.counter("mailroom.inbox.pruned");
    }

    void start() {
        thread.start();
    }

    /** One pass. @return rows deleted, at most {@link Settings#maxRows()} */
    int prune() {
        int rows = pool.preparedQuery(PRUNE)
                .execute(Tuple.of(
                        clock.instant().minus(settings.retention()).atOffset(ZoneOffset.UTC), settings.maxRows()))
                .await()
                .atMost(STATEMENT_TIMEOUT)
                .rowCount();
        pruned.increment(rows);
        return rows;
    }

    @Override
    public void close() {
        stop.countDown();
    }

    private void run() {
        try {
            while (!stop.await(settings.interval().toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    prune();
                } catch (RuntimeException e) {
                    LOG.warnf(
                            "inbox rows were not pruned, next try in %s: %s",
                            settings.interval(), TransientFailures.nameOf(e));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
