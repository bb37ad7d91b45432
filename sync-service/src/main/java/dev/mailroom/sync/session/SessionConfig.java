package dev.mailroom.sync.session;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Rhythm of sessions. */
@ConfigMapping(prefix = "mailroom.sync.session")
public interface SessionConfig {
    /** Time between two looks at all mailboxes; default 2 min. What IDLE does not say is found by then. */
    @WithDefault("2m")
    Duration sweepInterval();

    /** The longest IDLE before it is begun anew, spread by 20 %; default 4 min, below the time-outs of common NAT gateways. */
    @WithDefault("4m")
    Duration idleMax();

    /** What a server has not said in an IDLE that was open for so long after it happened counts as not announced; default 5 s. */
    @WithDefault("5s")
    Duration toldWithin();

    /** Time between two comparisons of all flags where the server does not say what changed; default 30 min. */
    @WithDefault("30m")
    Duration fullCheckInterval();

    /**
     * After mailboxes came, went or were renamed, they are listed once more over another connection, where the server tells of all mailboxes
     * (NOTIFY); default 30 s. Dovecot 2.3 sometimes lists what was there before, as long as a connection lasts.
     */
    @WithDefault("30s")
    Duration listAgainAfter();

    /** How long a message that vanished may take to appear elsewhere and count as moved; default 30 s. */
    @WithDefault("30s")
    Duration moveWindow();

    /** The first back-off; default 2 s. */
    @WithDefault("2s")
    Duration backoffMin();

    /** The longest back-off; default 5 min. */
    @WithDefault("5m")
    Duration backoffMax();

    /** Refused log-ins, on as many connections, before an account is {@code auth_failed}; default 3. */
    @WithDefault("3")
    int refusedLoginsMax();

    /** Time over which they are spread, so that no account is locked out; default 15 min. */
    @WithDefault("15m")
    Duration refusedLoginsWindow();

    /** The first wait after a refused log-in; the next ones are spread over what is left of the window; default 1 min. */
    @WithDefault("1m")
    Duration refusedLoginRetry();

    /** Time without a connection after which an account that was live is said to be {@code connecting}; default 1 min. */
    @WithDefault("1m")
    Duration connectingAfter();

    /** Time without a successful sync after which an account is {@code disconnected}; default 30 min. */
    @WithDefault("30m")
    Duration disconnectedAfter();

    /** Time between two tries of an account that needs somebody's action; default 15 min. */
    @WithDefault("15m")
    Duration needsActionRetry();

    /** How long a session may finish what it is doing when it is to stop, before its connection is cut; default 4 s. */
    @WithDefault("4s")
    Duration stopGrace();

    /** How long a session may take to stop in all; default 10 s. */
    @WithDefault("10s")
    Duration stopMax();
}
