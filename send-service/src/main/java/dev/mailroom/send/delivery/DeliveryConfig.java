package dev.mailroom.send.delivery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** {@code mailroom.delivery.*}. */
@ConfigMapping(prefix = "mailroom.delivery")
interface DeliveryConfig {
    /** Whether this replica delivers. Default true. */
    @WithDefault("true")
    boolean enabled();

    /** Deliveries at the same time in this replica. Default 64. */
    @WithDefault("64")
    int concurrentMax();

    /** Deliveries at the same time to one host in this replica. Default 8. */
    @WithDefault("8")
    int perHostMax();

    /** How long a claim lasts unless renewed; renewed every third of it. Default 30 s. */
    @WithDefault("30s")
    Duration lease();

    /** The longest time between two looks for due mail. Default 1 s. */
    @WithDefault("1s")
    Duration pollInterval();

    /** Waits before the first further attempts. Default 1, 5, 15, 30, 60 min. */
    @WithDefault("1m,5m,15m,30m,60m")
    List<Duration> retryAfter();

    /** Wait before every further attempt after these. Default 1 h. */
    @WithDefault("1h")
    Duration retryEvery();

    /** When a message that could not be delivered is given up, counted from its first attempt. Default 24 h. */
    @WithDefault("24h")
    Duration giveUpAfter();

    /** Wait for a credential that account-service did not give. Default 15 s. */
    @WithDefault("15s")
    Duration credentialRetry();

    /** The longest wait for a server's reply before the final dot. Default 300 s. */
    @WithDefault("300s")
    Duration replyTimeout();

    /** The longest wait for the reply to the final dot. Default 600 s. */
    @WithDefault("600s")
    Duration dotTimeout();

    /** How this host calls itself in EHLO. Default [127.0.0.1], which says nothing about it. */
    @WithDefault("[127.0.0.1]")
    String ehloName();
}
