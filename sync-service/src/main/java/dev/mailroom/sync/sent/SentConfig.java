package dev.mailroom.sync.sent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;
import java.time.Duration;

/** Where sent messages come from. */
@ConfigMapping(prefix = "mailroom")
public interface SentConfig {
    /** Base address of send-service. */
    @WithName("send-service.url")
    @WithDefault("http://localhost:8084")
    URI sendServiceUrl();

    /** The largest message that is filed, in bytes; default 50 MiB. */
    @WithName("sent.message-max-bytes")
    @WithDefault("52428800")
    int messageMaxBytes();

    /** Between two tries to file a sent message in a mailbox that is full; default 15 min. */
    @WithName("sent.full-retry")
    @WithDefault("15m")
    Duration fullRetry();

    /** How long after sending a copy may wait for room; then it has failed. Default 7 days. */
    @WithName("sent.full-max")
    @WithDefault("7d")
    Duration fullMax();
}
