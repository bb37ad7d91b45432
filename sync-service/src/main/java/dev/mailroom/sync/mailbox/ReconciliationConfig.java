package dev.mailroom.sync.mailbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often everything is compared, though nothing seems to have changed. */
@ConfigMapping(prefix = "mailroom.sync.reconcile")
public interface ReconciliationConfig {
    /** Time between two comparisons of a mailbox as a whole; default 24 h. */
    @WithDefault("24h")
    Duration interval();
}
