package dev.mailroom.sync.ownership;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of who owns which accounts. */
@ConfigMapping(prefix = "mailroom.sync.ownership")
public interface OwnershipConfig {
    /**
     * How long PostgreSQL may be silent before a replica offers its shards to those that it answers; default 10 s, at least 5 s. It takes shards
     * again when it was answered for as long without a pause of half of it.
     */
    @WithDefault("10s")
    Duration databaseSilenceMax();
}
