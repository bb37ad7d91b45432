package dev.mailroom.sync.history;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How history is imported. */
@ConfigMapping(prefix = "mailroom.sync.history")
interface HistoryConfig {
    /** Whether an import has a connection of its own where the host allows two; default true. */
    @WithDefault("true")
    boolean ownConnection();

    /** The first wait of an import whose connection broke; it doubles; default 2 s. */
    @WithDefault("2s")
    Duration retryMin();

    /** The longest wait of an import whose connection broke; default 5 min. */
    @WithDefault("5m")
    Duration retryMax();

    /** How long an import may take to stop; default 5 s. */
    @WithDefault("5s")
    Duration stopMax();
}
