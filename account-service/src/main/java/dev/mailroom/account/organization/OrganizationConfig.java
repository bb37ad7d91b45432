package dev.mailroom.account.organization;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** {@code mailroom.organization.*}. */
@ConfigMapping(prefix = "mailroom.organization")
interface OrganizationConfig {
    /** Plan of an organization that is seen for the first time, {@code free} or {@code paid}. Default {@code paid}. */
    @WithDefault("paid")
    Plan defaultPlan();
}
