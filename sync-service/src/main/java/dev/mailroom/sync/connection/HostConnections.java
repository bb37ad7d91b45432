package dev.mailroom.sync.connection;

import dev.mailroom.sync.account.Account;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many connections an account may have with its host: {@link #CONNECTIONS_MAX}, and one where the host was seen to refuse the second.
 * Learned from refusals and kept in memory: after a while, or a restart, it is tried again. Safe for many threads.
 */
@Singleton
public class HostConnections {
    /** Connections of one account: one for live mail and commands, and the one of {@link SecondConnections}. */
    public static final int CONNECTIONS_MAX = 2;

    /** Hosts that are remembered; beyond it the oldest is forgotten. */
    private static final int HOSTS_MAX = 10_000;

    private final Clock clock;
    private final Duration rest;
    private final Counter refusals;
    private final Map<String, Instant> refusedUntil = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > HOSTS_MAX;
        }
    };

    @Inject
    public HostConnections(Clock clock, ConnectionConfig config, MeterRegistry metrics) {
        this(clock, config.secondConnectionRetry(), metrics);
    }

    HostConnections(Clock clock, Duration rest, MeterRegistry metrics) {
        this.clock = clock;
        this.rest = rest;
        this.refusals = metrics.counter("mailroom_sync_second_connections_refused_total");
    }

    /** Whether the account may open a second connection. */
    public synchronized boolean allowsSecond(Account account) {
        Instant until = refusedUntil.get(HostKey.of(account));
        if (until == null) {
            return true;
        }
        if (clock.instant().isBefore(until)) {
            return false;
        }
        refusedUntil.remove(HostKey.of(account));
        return true;
    }

    /** The host refused it while the first one was fine. */
    public synchronized void refusedSecond(Account account) {
        refusals.increment();
        refusedUntil.put(HostKey.of(account), clock.instant().plus(rest));
    }
}
