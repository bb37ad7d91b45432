package dev.mailroom.account.discovery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code mailroom.discovery.*}: how the servers of an address are looked for. */
@ConfigMapping(prefix = "mailroom.discovery")
interface DiscoveryConfig {
    /** Whether the network is asked at all; without it only our own list is. Default true. */
    @WithDefault("true")
    boolean network();

    /** Longest time for everything together. Default 8 s. */
    @WithDefault("8s")
    Duration timeout();

    /** Longest time for one answer of the DNS, over all tries. Default 4 s. */
    @WithDefault("4s")
    Duration dnsTimeout();

    /** Longest time for one file of a domain, with its redirect. Default 5 s. */
    @WithDefault("5s")
    Duration autoconfigTimeout();

    /** {@code address} or {@code address:port} of the name servers to ask. Default: those of the system. */
    Optional<List<String>> dnsServers();

    /** Domains and addresses whose findings are kept. Default 10,000. */
    @WithDefault("10000")
    int cacheMaxEntries();

    /** How long findings are kept. Default 1 h. */
    @WithDefault("1h")
    Duration cacheTtl();

    /** How long findings are kept that are empty or partial. Default 1 min. */
    @WithDefault("1m")
    Duration cacheTtlOfGaps();

    /** Look-ups in the network that a user has within an hour, in each replica. Default 120. */
    @WithDefault("120")
    int lookupsPerUserAndHour();

    /** Look-ups at the same time in this process; more are turned away with 503. Default 64. */
    @WithDefault("64")
    int concurrentMax();
}
