package dev.mailroom.send.outgoing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code mailroom.kept-bytes.*}: how long the bytes of sent mail are kept here. */
@ConfigMapping(prefix = "mailroom.kept-bytes")
interface KeptBytesConfig {
    /** From the time when the Sent folder was known to have the message. Default 30d. */
    @WithDefault("30d")
    Duration retention();

    /** Between two passes. Default 10m. */
    @WithDefault("10m")
    Duration interval();

    /** Messages of one pass. Default 500. */
    @WithDefault("500")
    int batchMax();
}
