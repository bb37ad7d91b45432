package dev.mailroom.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code mailroom.inbox.*}: how long this database remembers which events it has taken. */
@ConfigMapping(prefix = "mailroom.inbox")
interface InboxConfig {
    /**
     * Age at which a row may go. Default 14 days: twice what a topic keeps, so that no record that can still be read
     * again is forgotten. The compacted topic keeps longer; its events carry a version.
     */
    @WithDefault("14d")
    Duration retention();

    /** Time between two passes. Default 1 min. */
    @WithDefault("1m")
    Duration pruneInterval();

    /** Rows deleted in one pass, 1..100,000. Default 10,000. */
    @WithDefault("10000")
    int pruneMaxRows();

    default InboxPruning.Settings settings() {
        return new InboxPruning.Settings(retention(), pruneInterval(), pruneMaxRows());
    }
}
