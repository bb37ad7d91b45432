package dev.mailroom.sync.connection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What may be reached, and how often. */
@ConfigMapping(prefix = "mailroom")
public interface ConnectionConfig {
    /** {@code CIDR[:port[-port]],…} that may be reached although private; empty by default. */
    @WithName("outbound.allow")
    Optional<String> outboundAllow();

    /** PEM file with further trusted certificate authorities. */
    @WithName("outbound.ca")
    Optional<Path> outboundCa();

    /** Log-ins per second to one host, from all replicas together; default 5. */
    @WithName("sync.logins-per-second-and-host")
    @WithDefault("5")
    double loginsPerSecondAndHost();

    /** Log-ins to one host, from all replicas together, that may happen at once after a quiet time; default 10. */
    @WithName("sync.logins-burst")
    @WithDefault("10")
    int loginsBurst();

    /** After a host refused a second connection, how long accounts there have one only; default 1 h. */
    @WithName("sync.second-connection-retry")
    @WithDefault("1h")
    Duration secondConnectionRetry();

    /** How long a reader of a message waits for the account's second connection, which an import may have; default 10 s. */
    @WithName("sync.second-connection-wait")
    @WithDefault("10s")
    Duration secondConnectionWait();

    /**
     * How long a reader of a message waits for the turn to log in to the host, which does not stand behind sessions and imports; default 10 s.
     * Who would have to wait longer is told so at once.
     */
    @WithName("sync.reader-login-wait")
    @WithDefault("10s")
    Duration readerLoginWait();

    /** Longest answer to a command on a server; default 5 min. */
    @WithName("sync.command-deadline")
    @WithDefault("5m")
    Duration commandDeadline();

    /** Longest silence of a server in a log-in; in the answer to a command three times as long; default 20 s. */
    @WithName("sync.read-timeout")
    @WithDefault("20s")
    Duration readTimeout();

    /** Longest answer to the end of an IDLE: a connection that died in it is noticed so long after the wait; default 20 s. */
    @WithName("sync.idle-answer-deadline")
    @WithDefault("20s")
    Duration idleAnswerDeadline();
}
