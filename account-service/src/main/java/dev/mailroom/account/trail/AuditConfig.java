package dev.mailroom.account.trail;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code mailroom.audit.*}. */
@ConfigMapping(prefix = "mailroom.audit")
interface AuditConfig {
    /** How long an entry is kept, at least 31 days. Default 400 days. */
    @WithDefault("400d")
    Duration retention();

    /** How often old entries are looked for. Default 1 hour. */
    @WithDefault("1h")
    Duration pruneInterval();

    /** Entries removed in one transaction. Default 1000. */
    @WithDefault("1000")
    int pruneBatchMax();
}
