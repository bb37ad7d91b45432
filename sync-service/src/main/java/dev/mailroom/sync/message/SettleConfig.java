package dev.mailroom.sync.message;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long mail is left to the provider's own filters before it is told. */
@ConfigMapping(prefix = "mailroom.sync.settle")
public interface SettleConfig {
    /** Which accounts' mail waits. */
    enum Mode {
        /** Of accounts whose provider was seen to move mail that had just come to INBOX. */
        LEARNED,
        /** Of every account. */
        ALWAYS,
        /** Of none: mail is told where it is first seen. */
        NEVER
    }

    /** Which accounts' mail waits; default {@code learned}. */
    @WithDefault("learned")
    Mode mode();

    /** How long mail lies in INBOX before it is told, at most 1 min; default 5 s. What is moved sooner is one message where it lies then. */
    @WithDefault("5s")
    Duration time();

    /** How long an account is remembered as one whose provider files; default 30 days after the last time. */
    @WithDefault("30d")
    Duration memory();
}
