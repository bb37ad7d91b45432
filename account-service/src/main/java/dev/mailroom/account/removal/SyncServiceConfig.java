package dev.mailroom.account.removal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;

/** {@code mailroom.sync-service.*}: where sync-service is. */
@ConfigMapping(prefix = "mailroom.sync-service")
interface SyncServiceConfig {
    /** Base address. Default {@code http://localhost:8082}. */
    @WithDefault("http://localhost:8082")
    URI url();

    /** Longest time for its counts, from the connection to the last byte. Default 2 s. */
    @WithDefault("2s")
    Duration countsTimeout();
}
