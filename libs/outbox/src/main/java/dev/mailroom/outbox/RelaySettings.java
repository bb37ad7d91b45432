package dev.mailroom.outbox;

import java.time.Duration;

/**
 * The limits of a relay.
 *
 * @param pollInterval longest time without a look at the table, the safety net below NOTIFY; also how often a standby
 *     tries to take over
 * @param batchMaxEvents events read, sent and deleted together
 * @param batchMaxBytes bytes of data read together; one event may pass it
 * @param statementTimeout an answer of PostgreSQL that takes longer means a lost connection
 * @param reconnectDelayMax longest wait between two tries to reach PostgreSQL; they begin at 100 ms and double
 * @param topicDelayMax longest time for which a topic that refuses records is left alone; begins at 100 ms and doubles
 * @param parkAfterAttempts refusals for a reason of the event's own after which it is parked
 * @param statisticsInterval how often the pending events are counted for the gauges
 * @param stopTimeout how long {@link OutboxRelay#close} waits for the batch in flight
 * @param leadLease a replica that asks PostgreSQL nothing for so long, because it is frozen, loses its session and with it the
 *     lead; at least {@link #LEAD_LEASE_MIN}
 * @param publishSilenceMax a leader to whom Kafka says nothing for so long, while events wait, gives the lead to another replica, if there
 *     is one that may do better; doubled each time in a row, up to 16 times
 */
public record RelaySettings(
        Duration pollInterval,
        int batchMaxEvents,
        long batchMaxBytes,
        Duration statementTimeout,
        Duration reconnectDelayMax,
        Duration topicDelayMax,
        int parkAfterAttempts,
        Duration statisticsInterval,
        Duration stopTimeout,
        Duration leadLease,
        Duration publishSilenceMax) {

    /** Upper bound of {@code batchMaxEvents}. */
    public static final int BATCH_MAX_EVENTS = 10_000;

    /** Upper bound of {@code batchMaxBytes}: half of what the producer's buffer takes, so that a batch never waits for space. */
    public static final long BATCH_MAX_BYTES = 16L * 1024 * 1024;

    /** Lower bound of {@code leadLease}: a topic that is not there makes a send wait for a second. */
    public static final Duration LEAD_LEASE_MIN = Duration.ofSeconds(2);

    /** @throws IllegalArgumentException if a limit is not positive or above its bound */
    public RelaySettings {
        requirePositive("poll-interval", pollInterval);
        requirePositive("statement-timeout", statementTimeout);
        requirePositive("reconnect-delay-max", reconnectDelayMax);
        requirePositive("topic-delay-max", topicDelayMax);
        requirePositive("statistics-interval", statisticsInterval);
        requirePositive("stop-timeout", stopTimeout);
        requirePositive("publish-silence-max", publishSilenceMax);
        if (batchMaxEvents < 1 || batchMaxEvents > BATCH_MAX_EVENTS) {
            throw new IllegalArgumentException("batch-max-events must be 1.." + BATCH_MAX_EVENTS);
        }
        if (batchMaxBytes < 1 || batchMaxBytes > BATCH_MAX_BYTES) {
            throw new IllegalArgumentException("batch-max-bytes must be 1.." + BATCH_MAX_BYTES);
        }
        if (leadLease.compareTo(LEAD_LEASE_MIN) < 0) {
            throw new IllegalArgumentException("lead-lease must be at least " + LEAD_LEASE_MIN);
        }
        if (parkAfterAttempts < 1) {
            throw new IllegalArgumentException("park-after-attempts must be at least 1");
        }
    }

    /** The defaults of {@link OutboxConfig}. */
    public static RelaySettings defaults() {
        return new RelaySettings(
                Duration.ofSeconds(1),
                2_000,
                8L * 1024 * 1024,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                5,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive");
        }
    }
}
