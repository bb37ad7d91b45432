package dev.mailroom.account.removal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;

/** {@code mailroom.rules-service.*}: where rules-service is. */
@ConfigMapping(prefix = "mailroom.rules-service")
interface RulesServiceConfig {
    /** Base address. Default {@code http://localhost:8083}. */
    @WithDefault("http://localhost:8083")
    URI url();

    /** Longest time for its count, from the connection to the last byte. Default 2 s. */
    @WithDefault("2s")
    Duration countsTimeout();
}
