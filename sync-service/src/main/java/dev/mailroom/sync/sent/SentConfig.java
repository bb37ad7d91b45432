package dev.mailroom.sync.sent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;

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
}
