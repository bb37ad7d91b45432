package dev.mailroom.outbox;

import dev.mailroom.outbox.KafkaSilence.LeadGivenAwayException;
import dev.mailroom.outbox.RelayConnection.RelayConnectionException;
import dev.mailroom.outbox.RelaySender.LeadLostException;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Sends the rows of the outbox to Kafka: at least once, always with the same id, in order per key.
 *
 * <p>One thread of its own, which may block; nothing runs on an event loop. The steps of a pass: read what is unsent
 * (oldest first), send, wait until all in-sync replicas have it, delete. A crash between any two steps repeats events
 * and loses none. NOTIFY wakes it after a commit; without one it looks every {@link RelaySettings#pollInterval}. While it
 * is awake nobody notifies: PostgreSQL holds a lock of the whole server from NOTIFY until the commit is on disk, so commits
 * that all notify come one after the other.
 *
 * <p>Of all replicas one leads: the one whose connection holds an advisory lock of the database. The others try to get
 * the lock every poll interval, so a leader that dies is replaced about a second after PostgreSQL has noticed. One that is
 * frozen is noticed after {@link RelaySettings#leadLease}: PostgreSQL ends a session that asks nothing for so long, and a leader that
 * slept or waited longer than that sends nothing before it has asked.
 *
 * <p>PostgreSQL away: a new connection is tried with back-off. Kafka away: the batch in flight waits for ever and the
 * rows stay, unless it is this replica alone that does not reach Kafka ({@link KafkaSilence}). A topic that refuses records (missing, not authorized) is left alone for a while, the others go on. An
 * event that Kafka will never take (too large for the broker) moves to {@code outbox_parked} after
 * {@link RelaySettings#parkAfterAttempts} tries.
 *
 * <p>Starts with the application ({@code mailroom.outbox.enabled}); needs no CDI otherwise.
 */
public final class OutboxRelay implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final Duration DELAY_MIN = Duration.ofMillis(100);

    /** Between two looks at the table while a transaction with new events is open: 2 ms, doubling to 16 ms. */
    private static final Duration WRITERS_PAUSE_MIN = Duration.ofMillis(2);

    private static final int WRITERS_PAUSE_DOUBLINGS = 3;

    private final Pool pool;
    private final Map<String, Object> kafka;
    private final RelaySettings settings;
    private final RelayMetrics metrics;
    private final Failpoint failpoint;
    private final KafkaSilence silence;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("outbox-relay").unstarted(this::run);
    private volatile boolean stopping;
    private volatile boolean leading;
    private int failures;
    private boolean outageLogged;

    /**
     * A relay that is not yet started.
     *
     * @param pool PostgreSQL with the tables of this module; one connection of it is used up
     * @param kafka {@code bootstrap.servers} and security settings of the producer
     * @param clock for the metrics only
     */
    public OutboxRelay(
            Pool pool, Map<String, Object> kafka, RelaySettings settings, MeterRegistry registry, Clock clock) {
        this(pool, kafka, settings, registry, clock, Failpoint.none());
    }

    OutboxRelay(
            Pool pool,
            Map<String, Object> kafka,
            RelaySettings settings,
            MeterRegistry registry,
            Clock clock,
            Failpoint failpoint) {
        this.pool = pool;
        this.kafka = Map.copyOf(kafka);
        this.settings = settings;
        this.metrics = new RelayMetrics(registry, clock);
        this.failpoint = failpoint;
        this.silence = new KafkaSilence(settings, this.kafka);
    }

    /** Starts the thread; returns at once, whether or not PostgreSQL and Kafka are there. */
    public void start() {
        thread.start();
    }

    /** Whether this replica is the one that sends. */
    public boolean isLeading() {
        return leading;
    }

    /** Whether the thread runs, which it does from {@link #start} to {@link #close} whatever happens. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Ends after the batch in flight, or after {@link RelaySettings#stopTimeout} in the middle of it: nothing is lost. */
    @Override
    public void close() {
        stopping = true;
        wake.release();
        try {
            if (!thread.join(settings.stopTimeout())) {
                thread.interrupt();
                thread.join(settings.statementTimeout());
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            try {
                connected();
            } catch (InterruptedException e) {
                stopping = true;
            } catch (LeadGivenAwayException e) {
                metrics.leadGivenAway();
                LOG.warnf("the events of the database are left to another replica: %s", e.getMessage());
            } catch (RelayConnectionException | LeadLostException e) {
                afterLoss(e);
            } catch (RuntimeException e) {
                LOG.error("the relay failed and starts again", e);
                afterLoss(e);
            }
            // The notification of the loss itself must not shorten the pause.
            wake.drainPermits();
            if (!stopping) {
                pause(delay(failures, settings.reconnectDelayMax()));
            }
        }
    }

    private void afterLoss(RuntimeException failure) {
        if (stopping) {
            return;
        }
        failures++;
        metrics.connectionLost();
        if (!outageLogged) {
            LOG.warnf("the relay has no connection to PostgreSQL and tries again: %s", failure.getMessage());
            outageLogged = true;
        }
    }

    /** One connection's life: stand by, lead, until it is lost or the relay is closed. */
    private void connected() throws InterruptedException {
        try (RelayConnection connection =
                RelayConnection.open(pool, settings.statementTimeout(), settings.leadLease(), () -> wake.release())) {
            failures = 0;
            if (outageLogged) {
                LOG.info("the relay is connected to PostgreSQL again");
                outageLogged = false;
            }
            standBy(connection);
            if (!stopping) {
                lead(connection);
            }
        }
    }

    private void standBy(RelayConnection connection) throws InterruptedException {
        try (KafkaSilence.StandBy standBy = silence.standBy(connection)) {
            while (!stopping && !(standBy.mayLead() && connection.tryLead())) {
                pause(shorter(settings.pollInterval(), proofInterval()));
                requireAlive(connection);
            }
        }
    }

    private void lead(RelayConnection connection) throws InterruptedException {
        connection.listen();
        LOG.info("this replica sends the events of its database");
        leading = true;
        metrics.leading(true);
        silence.leads();
        try (RelaySender sender = new RelaySender(kafka)) {
            new Lead(connection, sender).run();
        } finally {
            leading = false;
            metrics.leading(false);
        }
    }

    private static void requireAlive(RelayConnection connection) {
        if (connection.isLost()) {
            throw new LeadLostException();
        }
    }

    /** @return whether it was woken */
    private boolean pause(Duration longest) {
        try {
            if (wake.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
                return true;
            }
        } catch (InterruptedException e) {
            stopping = true;
        }
        return false;
    }

    private Duration proofInterval() {
        return settings.leadLease().dividedBy(RelayConnection.PROOFS_PER_LEASE);
    }

    private static Duration delay(int failures, Duration longest) {
        return shorter(DELAY_MIN.multipliedBy(1L << Math.clamp(failures - 1, 0, 16)), longest);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The time in which this replica holds the lock. */
    private final class Lead {
        private final RelayConnection connection;
        private final RelaySender sender;
        private final Map<String, Suspension> suspended = new HashMap<>();
        private List<Long> sent = List.of();
        private boolean awake;
        private int writersPauses;
        private long nextStatistics = System.nanoTime();

        private Lead(RelayConnection connection, RelaySender sender) {
            this.connection = connection;
            this.sender = sender;
        }

        private void run() throws InterruptedException {
            while (!stopping) {
                wake.drainPermits();
                stayAwake();
                List<OutboxRow> rows = fetch();
                if (rows.isEmpty() && suspended.isEmpty()) {
                    silence.nothingWaits();
                }
                if (rows.isEmpty()) {
                    rows = sleepUnlessSomebodyWrites();
                }
                if (!rows.isEmpty()) {
                    failpoint.passed(Failpoint.Step.SELECTED);
                    send(rows);
                    failpoint.passed(Failpoint.Step.SENT);
                }
            }
            fetch();
        }

        /**
         * Waits for the next commit.
         *
         * <p>While the relay is awake writers do not notify. So before it sleeps it tells them to, and only then makes sure
         * that no transaction is open that may have found it awake, and looks at the table once more.
         *
         * @return what the last look found; empty after a sleep
         */
        private List<OutboxRow> sleepUnlessSomebodyWrites() throws InterruptedException {
            if (connection.noWriters()) {
                if (awake) {
                    connection.announceSleep();
                    awake = false;
                }
                if (connection.noWriters()) {
                    writersPauses = 0;
                    List<OutboxRow> rows = fetch();
                    if (rows.isEmpty()) {
                        sleep(untilNextLook());
                    }
                    return rows;
                }
            }
            sleep(WRITERS_PAUSE_MIN.multipliedBy(1L << writersPauses));
            writersPauses = Math.min(writersPauses + 1, WRITERS_PAUSE_DOUBLINGS);
            return List.of();
        }

        private void sleep(Duration longest) throws InterruptedException {
            long end = System.nanoTime() + longest.toNanos();
            boolean woken = false;
            Duration left = longest;
            while (!woken && !stopping && left.isPositive()) {
                woken = pause(shorter(left, proofInterval()));
                connection.proveLife();
                left = Duration.ofNanos(end - System.nanoTime());
            }
        }

        private void stayAwake() throws InterruptedException {
            if (!awake) {
                awake = connection.tryStayAwake();
            }
        }

        /** The deletes of the batch before go with the read of the next one. */
        private List<OutboxRow> fetch() throws InterruptedException {
            takeStatistics();
            boolean deletes = !sent.isEmpty();
            List<OutboxRow> rows = connection.deleteAndFetch(
                    sent, suspendedTopics(), settings.batchMaxEvents(), settings.batchMaxBytes());
            sent = List.of();
            if (deletes) {
                failpoint.passed(Failpoint.Step.DELETED);
            }
            return rows;
        }

        private void send(List<OutboxRow> rows) throws InterruptedException {
            writersPauses = 0;
            silence.sends(rows.getFirst().topic());
            RelaySender.Outcome outcome = sender.send(rows, () -> {
                connection.proveLife();
                silence.requireShort(connection, sender);
            });
            sent = outcome.sent();
            if (sent.size() == rows.size()) {
                metrics.sent(rows);
            } else {
                Set<Long> ids = new HashSet<>(sent);
                metrics.sent(rows.stream().filter(row -> ids.contains(row.id())).toList());
            }
            rows.stream().map(OutboxRow::topic).distinct().forEach(topic -> {
                if (!outcome.refused().containsKey(topic)) {
                    suspended.remove(topic);
                }
            });
            outcome.refused().forEach(this::suspend);
            for (RelaySender.Poison poison : outcome.poison()) {
                refusedForItself(poison);
            }
        }

        private void suspend(String topic, String reason) {
            Suspension before = suspended.get(topic);
            int failures = before == null ? 1 : before.failures + 1;
            Duration pause = delay(failures, settings.topicDelayMax());
            suspended.put(topic, new Suspension(failures, System.nanoTime() + pause.toNanos()));
            metrics.refused(topic, reason);
            if (failures == 1) {
                LOG.warnf("topic=%s refuses records (%s): its events wait", topic, reason);
            }
        }

        private void refusedForItself(RelaySender.Poison poison) throws InterruptedException {
            OutboxRow row = poison.row();
            metrics.refused(row.topic(), "poison");
            if (row.attempts() + 1 < settings.parkAfterAttempts()) {
                connection.countAttempt(row.id());
                return;
            }
            connection.park(row.id(), poison.reason());
            metrics.parked();
            LOG.errorf("topic=%s outboxId=%d parked: %s", row.topic(), row.id(), poison.reason());
        }

        private List<String> suspendedTopics() {
            long now = System.nanoTime();
            return suspended.entrySet().stream()
                    .filter(entry -> entry.getValue().until - now > 0)
                    .map(Map.Entry::getKey)
                    .toList();
        }

        private Duration untilNextLook() {
            long now = System.nanoTime();
            long longest = settings.pollInterval().toNanos();
            for (Suspension suspension : suspended.values()) {
                long left = suspension.until - now;
                if (left > 0) {
                    longest = Math.min(longest, left);
                }
            }
            return Duration.ofNanos(Math.max(longest, TimeUnit.MILLISECONDS.toNanos(1)));
        }

        private void takeStatistics() throws InterruptedException {
            if (System.nanoTime() - nextStatistics >= 0) {
                metrics.statistics(connection.statistics());
                nextStatistics =
                        System.nanoTime() + settings.statisticsInterval().toNanos();
            }
        }
    }

    /** A topic that refused records: how often in a row, and until when it is left alone. */
    private record Suspension(int failures, long until) {}
}
