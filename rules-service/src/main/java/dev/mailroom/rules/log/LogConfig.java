package dev.mailroom.rules.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the log of rules is kept. */
@ConfigMapping(prefix = "mailroom.log")
interface LogConfig {
    /** Age at which a run is forgotten; 30 days. */
    @WithDefault("P30D")
    Duration keep();
}
