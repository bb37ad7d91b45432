package dev.mailroom.account.discovery;

import dev.mailroom.account.verification.OutboundConfig;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;

/** Every place in the network, the most trusted first, with the guard and the name servers of this installation. */
@Singleton
class NetworkSearches {
    // Opening a connection gets this part of the time for a file at most, for each of its steps.
    private static final int STEPS = 2;

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("discovery-", 0).factory());
    private final List<Search> all;

    /** With these, for tests. */
    NetworkSearches(List<Search> all) {
        this.all = List.copyOf(all);
    }

    @Inject
    NetworkSearches(Providers providers, DiscoveryConfig config, OutboundConfig outbound) {
        OutboundPolicy mail = OutboundPolicy.parse(outbound.allow().orElse(""));
        TrustedCertificates trust = TrustedCertificates.load(outbound.ca().orElse(null));
        Dns dns = new Dns(nameServers(config), config.dnsTimeout());
        Duration step = config.autoconfigTimeout().dividedBy(STEPS);
        NetworkTimeouts timeouts = NetworkTimeouts.all(step);
        GuardedConnector web = new GuardedConnector(
                mail.onPorts(Set.of(AutoconfigClient.HTTPS_PORT)), trust, timeouts, dns::addresses);
        GuardedConnector mailServers = new GuardedConnector(
                mail, trust, new NetworkTimeouts(config.dnsTimeout(), step, step, step), dns::addresses);
        this.all = List.of(
                new SrvSearch(dns, mail),
                new AutoconfigSearch(new AutoconfigClient(web, config.autoconfigTimeout()), mail, threads),
                new MxSearch(dns, providers),
                new GuessSearch(mailServers, threads));
    }

    List<Search> all() {
        return all;
    }

    /** Where the searches run; none waits for a place. */
    ExecutorService threads() {
        return threads;
    }

    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }

    /** @throws IllegalArgumentException naming the server that is none */
    private static List<InetSocketAddress> nameServers(DiscoveryConfig config) {
        return config.dnsServers()
                .map(servers ->
                        servers.stream().map(NetworkSearches::nameServer).toList())
                .filter(servers -> !servers.isEmpty())
                .orElseGet(() -> ResolverConfig.getCurrentConfig().servers());
    }

    private static InetSocketAddress nameServer(String text) {
        try {
            boolean bareIpv6 = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[");
            URI uri = URI.create("dns://" + (bareIpv6 ? "[" + text + "]" : text));
            String host = uri.getHost().startsWith("[")
                    ? uri.getHost().substring(1, uri.getHost().length() - 1)
                    : uri.getHost();
            int port = uri.getPort() < 0 ? SimpleResolver.DEFAULT_PORT : uri.getPort();
            return new InetSocketAddress(InetAddress.ofLiteral(host), port);
        } catch (IllegalArgumentException | NullPointerException notAnAddress) {
            throw new IllegalArgumentException("mailroom.discovery.dns-servers: not an address: " + text, notAnAddress);
        }
    }
}
