package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.testkit.tls.ServerCertificate;
import dev.mailroom.testkit.tls.TestCertificates;
import java.time.Duration;
import java.util.List;

/** What the tests need to reach servers on this machine; the checks of certificates stay on. */
final class LocalServers {
    static final TestCertificates AUTHORITY = TestCertificates.create();
    static final ServerCertificate CERTIFICATE = AUTHORITY.server("localhost", "127.0.0.1");
    static final OutboundPolicy POLICY = OutboundPolicy.parse("127.0.0.0/8:1-65535, [::1]/128:1-65535");

    private LocalServers() {}

    static GuardedConnector guarded(NetworkTimeouts timeouts) {
        return new GuardedConnector(POLICY, new TrustedCertificates(List.of(AUTHORITY.authority())), timeouts);
    }

    static ImapConnector connector() {
        return new ImapConnector(guarded(NetworkTimeouts.defaults()), ImapLimits.defaults());
    }

    /** Half a second for everything: for servers that are expected to be too slow. */
    static ImapConnector impatient() {
        return within(Duration.ofMillis(500));
    }

    /** Long enough for any machine: for servers that are expected to answer. */
    static ImapConnector patient() {
        return within(Duration.ofSeconds(20));
    }

    private static ImapConnector within(Duration limit) {
        return new ImapConnector(
                guarded(NetworkTimeouts.all(limit)), ImapLimits.defaults().withDeadlines(limit, limit, limit));
    }

    static Endpoint tls(int port) {
        return new Endpoint("localhost", port, Encryption.TLS);
    }

    static Endpoint startTls(int port) {
        return new Endpoint("localhost", port, Encryption.STARTTLS);
    }

    static ImapCredentials credentials(String user, String password) {
        return new ImapCredentials(user, Secret.of(password));
    }
}
