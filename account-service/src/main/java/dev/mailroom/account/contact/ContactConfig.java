package dev.mailroom.account.contact;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code mailroom.contact.*}. */
@ConfigMapping(prefix = "mailroom.contact")
interface ContactConfig {
    /** Files that this process imports at a time; others wait for a while. Default 2. */
    @WithDefault("2")
    int importsConcurrentMax();

    /** Files of one organization that this process receives or imports at a time; more are refused with 429. Default 2. */
    @WithDefault("2")
    int importsPerOrganizationMax();

    /** Files of all organizations that this process receives at a time; more are refused with 429. Default 40. */
    @WithDefault("40")
    int uploadsConcurrentMax();

    /** How long a file may take to arrive; then it is refused with 408. Default 5m. */
    @WithDefault("5m")
    Duration uploadMax();

    /** How long a file that has arrived waits to be imported; then it is refused with 429. Default 30s. */
    @WithDefault("30s")
    Duration importWaitMax();

    /** An import without progress for this long is taken for interrupted: a repeat goes on with it. Default 15s. */
    @WithDefault("15s")
    Duration importLease();

    /** How long the result of an import can be looked at. Default 90d. */
    @WithDefault("90d")
    Duration importKept();
}
