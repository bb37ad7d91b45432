package dev.mailroom.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code mailroom.outbox.*}: how events leave the database. */
@ConfigMapping(prefix = "mailroom.outbox")
interface OutboxConfig {
    /** Whether this process sends events at all. Default true; false for a process that only writes them. */
    @WithDefault("true")
    boolean enabled();

    /** Longest time without a look at the table, and how often a standby tries to take over. Default 1 s. */
    @WithDefault("1s")
    Duration pollInterval();

    /** Events read, sent and deleted together, 1..10,000. Default 2,000. */
    @WithDefault("2000")
    int batchMaxEvents();

    /** Bytes of data read together, 1..16 MiB. Default 8 MiB. */
    @WithDefault("8388608")
    long batchMaxBytes();

    /** An answer of PostgreSQL that takes longer means a lost connection. Default 10 s. */
    @WithDefault("10s")
    Duration statementTimeout();

    /** Longest wait between two tries to reach PostgreSQL. Default 5 s. */
    @WithDefault("5s")
    Duration reconnectDelayMax();

    /** Longest time for which a topic that refuses records is left alone. Default 5 s. */
    @WithDefault("5s")
    Duration topicDelayMax();

    /** Refusals for a reason of the event's own after which it moves to {@code outbox_parked}. Default 5. */
    @WithDefault("5")
    int parkAfterAttempts();

    /** How often the pending events are counted for the gauges. Default 5 s. */
    @WithDefault("5s")
    Duration statisticsInterval();

    /** How long a stop waits for the batch in flight. Default 10 s. */
    @WithDefault("10s")
    Duration stopTimeout();

    /** A replica that asks PostgreSQL nothing for so long, because it is frozen, loses the lead; at least 2 s. Default 5 s. */
    @WithDefault("5s")
    Duration leadLease();

    /**
     * A replica that leads and to whom Kafka says nothing for so long, while events wait, gives the lead to another one, if there is one.
     * Default 5 s.
     */
    @WithDefault("5s")
    Duration publishSilenceMax();

    default RelaySettings settings() {
        return new RelaySettings(
                pollInterval(),
                batchMaxEvents(),
                batchMaxBytes(),
                statementTimeout(),
                reconnectDelayMax(),
                topicDelayMax(),
                parkAfterAttempts(),
                statisticsInterval(),
                stopTimeout(),
                leadLease(),
                publishSilenceMax());
    }
}
