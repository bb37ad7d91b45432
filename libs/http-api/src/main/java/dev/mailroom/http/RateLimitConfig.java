package dev.mailroom.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Map;

/** {@code mailroom.rate.*}: how often one user may ask one replica of a service. Other services are not limited. */
@ConfigMapping(prefix = "mailroom.rate")
public interface RateLimitConfig {
    /** {@code GET} and {@code HEAD} requests of a user in a minute. Default 600. */
    @WithDefault("600")
    int readsPerMinute();

    /** All other requests of a user in a minute. Default 300. */
    @WithDefault("300")
    int writesPerMinute();

    /**
     * Writes to a path that have a limit of their own: {@code mailroom.rate.writes-per-minute-of."/v1/outgoing"=60}, the path as the
     * interface's description has it. Default none.
     */
    Map<String, Integer> writesPerMinuteOf();

    /** Users whose requests are counted at the same time; beyond it those who asked least recently begin anew. Default 100000. */
    @WithDefault("100000")
    int usersMax();
}
