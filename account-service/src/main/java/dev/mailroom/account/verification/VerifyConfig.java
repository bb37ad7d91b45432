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

    /** Tries that a user has within an hour, over all replicas. Default 60; where strangers may sign up, 10 is a good value. */
    @WithDefault("60")
    int attemptsPerUserAndHour();

    /** Tries at the same time in this process; more are turned away with 503. Default 400. */
    @WithDefault("400")
    int concurrentMax();
}
