package dev.mailroom.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Map;

/** {@code mailroom.http.*}. */
@ConfigMapping(prefix = "mailroom.http")
public interface BodyLimitConfig {
    /** Bytes of a request's body. Default 35M: a form with a mail and its attachments. */
    @WithDefault("35M")
    MemorySize bodyMax();

    /**
     * Bytes of a body for the few paths that take more or less, by path: {@code mailroom.http.body-max-of."/v1/things/import"=50M}.
     * None above {@code quarkus.http.limits.max-body-size}. Default none.
     */
    Map<String, MemorySize> bodyMaxOf();
}
