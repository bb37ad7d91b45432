package dev.mailroom.sync.session;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;

/** The rhythm of sessions where nobody configured anything. */
final class SessionDefaults {
    private SessionDefaults() {}

    static SessionConfig config() {
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(SessionConfig.class)
                .build()
                .getConfigMapping(SessionConfig.class);
    }
}
