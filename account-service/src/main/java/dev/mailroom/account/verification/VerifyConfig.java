package dev.mailroom.account.verification;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code mailroom.verify.*}: how log-ins are tried. */
@ConfigMapping(prefix = "mailroom.verify")
interface VerifyConfig {
    /** Longest time for both legs together, from the first look-up to the last answer. Default 30 s. */
    @WithDefault("30s")
    Duration timeout();

    /** Tries that may fail for a user within an hour, over all replicas; one that works does not count. Default 10. */
    @WithDefault("10")
    int attemptsPerUserAndHour();

    /**
     * Log-ins to a mailbox that the people of an organization can cause within an hour, over all replicas: tries, whether they work or not,
     * and what makes its session log in anew. More than a user has, so that nobody can keep others from their mailbox. Default 30.
     */
    @WithDefault("30")
    int attemptsPerMailboxAndHour();

    /** Tries at the same time in this process; more are turned away with 503. Default 400. */
    @WithDefault("400")
    int concurrentMax();
}
