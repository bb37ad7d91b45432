package dev.mailroom.account.contact;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code mailroom.contact.*}. */
@ConfigMapping(prefix = "mailroom.contact")
interface ContactConfig {
    /** Files that this process imports at a time; more are refused with 429. Default 2. */
    @WithDefault("2")
    int importsConcurrentMax();

    /** An import without progress for this long is taken for interrupted: a repeat goes on with it. Default 15s. */
    @WithDefault("15s")
    Duration importLease();

    /** How long the result of an import can be looked at. Default 90d. */
    @WithDefault("90d")
    Duration importKept();
}
