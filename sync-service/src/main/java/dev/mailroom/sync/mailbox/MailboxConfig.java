package dev.mailroom.sync.mailbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How mailboxes are kept in step. */
@ConfigMapping(prefix = "mailroom.sync.mailbox")
public interface MailboxConfig {
    /** How long a mailbox that LIST no longer names is waited for before it counts as deleted; default 60 s. */
    @WithDefault("60s")
    Duration missingGrace();

    /** Bytes of messages that one process holds between their fetch and their commit; default 64 MiB, of which a quarter is for live mail. */
    @WithDefault("67108864")
    long bytesInFlight();

    /** How long a mailbox that is listed and was refused twice is left alone, twice as long each time up to 1 h; default 1 min. */
    @WithDefault("1m")
    Duration restMin();
}
