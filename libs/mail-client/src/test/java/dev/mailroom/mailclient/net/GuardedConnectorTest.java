package dev.mailroom.mailclient.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.testkit.imap.ScriptedImapServer;
import dev.mailroom.testkit.tls.ServerCertificate;
import dev.mailroom.testkit.tls.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedConnectorTest {
    private static final TestCertificates AUTHORITY = TestCertificates.create();
    private static final OutboundPolicy LOCAL = OutboundPolicy.parse("127.0.0.0/8:1-65535");
    private static final NetworkTimeouts SHORT = NetworkTimeouts.all(Duration.ofMillis(500));
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("8.8.8.8");

    private static GuardedConnector connector(OutboundPolicy policy, HostResolver resolver) {
        return connector(policy, resolver, SHORT);
    }

    private static GuardedConnector connector(OutboundPolicy policy, HostResolver resolver, NetworkTimeouts timeouts) {
        return new GuardedConnector(
                policy, new TrustedCertificates(List.of(AUTHORITY.authority())), timeouts, resolver);
    }

    /** To a server that answers, however slow the machine is. */
    private static GuardedConnector local() {
        return connector(LOCAL, host -> new InetAddress[] {LOOPBACK}, NetworkTimeouts.defaults());
    }

    private static GuardedConnector impatient() {
        return connector(LOCAL, host -> new InetAddress[] {LOOPBACK});
    }

    private static MailException refusal(GuardedConnector connector, String host, int port, Encryption encryption) {
        return catchThrowableOfType(MailException.class, () -> connector.open(new Endpoint(host, port, encryption)));
    }

    private static void assertRefused(MailException failure, Stage stage, Category category) {
        assertThat(failure).isNotNull();
        assertThat(failure.stage()).isEqualTo(stage);
        assertThat(failure.category()).isEqualTo(category);
        assertThat(failure.serverText()).isNull();
    }

    private static ScriptedImapServer showing(ServerCertificate certificate) {
        return ScriptedImapServer.tls(
                certificate.serverContext(), c -> c.send("* OK ready").hang());
    }

    @Test
    void opensNoConnectionToAForbiddenAddress() throws IOException {
        try (ServerSocket inside = new ServerSocket(0, 1, LOOPBACK)) {
            inside.setSoTimeout(200);
            GuardedConnector guarded =
                    connector(OutboundPolicy.parse("10.0.0.0/8:1-65535"), host -> new InetAddress[] {LOOPBACK});

            MailException failure = refusal(guarded, "mail.example.com", inside.getLocalPort(), Encryption.TLS);

            assertRefused(failure, Stage.ADDRESS, Category.ADDRESS_NOT_ALLOWED);
            assertThatThrownBy(inside::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void triesNoAddressIfOneOfThemIsForbidden() {
        try (ScriptedImapServer server = ScriptedImapServer.plain(c -> c.hang())) {
            GuardedConnector guarded =
                    connector(LOCAL, host -> new InetAddress[] {LOOPBACK, InetAddress.ofLiteral("10.0.0.1")});

            MailException failure = refusal(guarded, "mail.example.com", server.port(), Encryption.STARTTLS);

            assertRefused(failure, Stage.ADDRESS, Category.ADDRESS_NOT_ALLOWED);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void looksANameUpOnceAndConnectsToThatVeryAddress() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        try (ScriptedImapServer server = showing(AUTHORITY.server("mail.example.com"))) {
            GuardedConnector guarded =
                    connector(LOCAL, host -> new InetAddress[] {lookups.getAndIncrement() == 0 ? LOOPBACK : ELSEWHERE});

            try (GuardedSocket socket = guarded.open(new Endpoint("mail.example.com", server.port(), Encryption.TLS))) {
                assertThat(socket.secured()).isTrue();
                assertThat(socket.socket().getInetAddress().getAddress()).isEqualTo(LOOPBACK.getAddress());
            }
            assertThat(lookups).hasValue(1);
        }
    }

    @Test
    void refusesAPortBeforeItLooksTheNameUp() {
        GuardedConnector guarded = connector(OutboundPolicy.publicInternet(), host -> {
            throw new AssertionError("looked up");
        });

        assertRefused(
                refusal(guarded, "mail.example.com", 6379, Encryption.TLS),
                Stage.ADDRESS,
                Category.ADDRESS_NOT_ALLOWED);
    }

    @Test
    void endsALookUpThatHangs() {
        CountDownLatch never = new CountDownLatch(1);
        GuardedConnector guarded = connector(LOCAL, host -> {
            try {
                never.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            return new InetAddress[] {LOOPBACK};
        });

        assertRefused(refusal(guarded, "slow.example.com", 993, Encryption.TLS), Stage.DNS, Category.DNS_TIMEOUT);
    }

    @Test
    void tellsAnUnknownName() {
        GuardedConnector guarded = connector(LOCAL, host -> {
            throw new java.net.UnknownHostException(host);
        });

        assertRefused(refusal(guarded, "no.example.com", 993, Encryption.TLS), Stage.DNS, Category.UNKNOWN_HOST);
    }

    @Test
    void tellsARefusedConnection() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, LOOPBACK)) {
            port = closed.getLocalPort();
        }
        assertRefused(
                refusal(local(), "mail.example.com", port, Encryption.TLS), Stage.CONNECT, Category.CONNECTION_REFUSED);
    }

    @Test
    void triesTheNextAddressIfOneRefuses() throws Exception {
        try (ScriptedImapServer server = showing(AUTHORITY.server("mail.example.com"))) {
            GuardedConnector guarded =
                    connector(LOCAL, host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.2"), LOOPBACK});
            try (GuardedSocket socket = guarded.open(new Endpoint("mail.example.com", server.port(), Encryption.TLS))) {
                assertThat(socket.secured()).isTrue();
            }
        }
    }

    @Test
    void refusesAnExpiredCertificate() {
        try (ScriptedImapServer server = showing(AUTHORITY.expired("mail.example.com"))) {
            assertRefused(
                    refusal(local(), "mail.example.com", server.port(), Encryption.TLS),
                    Stage.CERTIFICATE,
                    Category.CERTIFICATE_EXPIRED);
        }
    }

    @Test
    void refusesASelfSignedCertificate() {
        try (ScriptedImapServer server = showing(TestCertificates.selfSigned("mail.example.com"))) {
            assertRefused(
                    refusal(local(), "mail.example.com", server.port(), Encryption.TLS),
                    Stage.CERTIFICATE,
                    Category.CERTIFICATE_SELF_SIGNED);
        }
    }

    @Test
    void refusesACertificateOfAnUnknownAuthority() {
        try (ScriptedImapServer server = showing(TestCertificates.create().server("mail.example.com"))) {
            assertRefused(
                    refusal(local(), "mail.example.com", server.port(), Encryption.TLS),
                    Stage.CERTIFICATE,
                    Category.CERTIFICATE_UNTRUSTED);
        }
    }

    @Test
    void namesAServerWhoseTlsIsTooOld() {
        // What a server answers that knows TLS 1.1 at most: the alert protocol_version (RFC 8446, 6.2).
        try (ScriptedImapServer server = ScriptedImapServer.plain(connection -> {
            connection.readBytes(5);
            connection.sendRaw("\u0015\u0003\u0001\u0000\u0002\u0002\u0046").hang();
        })) {
            assertRefused(
                    refusal(local(), "mail.example.com", server.port(), Encryption.TLS),
                    Stage.TLS,
                    Category.TLS_TOO_OLD);
        }
    }

    @Test
    void refusesACertificateOfAnotherHostEachTime() {
        try (ScriptedImapServer server = showing(AUTHORITY.wrongHost())) {
            GuardedConnector guarded = local();
            for (int attempt = 0; attempt < 2; attempt++) {
                assertRefused(
                        refusal(guarded, "mail.example.com", server.port(), Encryption.TLS),
                        Stage.CERTIFICATE,
                        Category.CERTIFICATE_WRONG_HOST);
            }
        }
    }

    @Test
    void checksAnAddressLiteralAgainstTheCertificateToo() throws Exception {
        try (ScriptedImapServer named = showing(AUTHORITY.server("mail.example.com"));
                ScriptedImapServer numbered = showing(AUTHORITY.server("127.0.0.1"))) {
            assertRefused(
                    refusal(local(), "127.0.0.1", named.port(), Encryption.TLS),
                    Stage.CERTIFICATE,
                    Category.CERTIFICATE_WRONG_HOST);
            try (GuardedSocket socket = local().open(new Endpoint("127.0.0.1", numbered.port(), Encryption.TLS))) {
                assertThat(socket.secured()).isTrue();
            }
        }
    }

    @Test
    void tellsPlainTextOnATlsPort() {
        try (ScriptedImapServer server =
                ScriptedImapServer.plain(c -> c.send("* OK secret banner").hang())) {
            MailException failure = refusal(local(), "mail.example.com", server.port(), Encryption.TLS);

            assertRefused(failure, Stage.TLS, Category.NOT_TLS);
            assertThat(failure.getMessage()).doesNotContain("banner");
        }
    }

    @Test
    void endsAHandshakeThatHangs() {
        try (ScriptedImapServer server = ScriptedImapServer.plain(c -> c.readBytes(1_000_000))) {
            assertRefused(
                    refusal(impatient(), "mail.example.com", server.port(), Encryption.TLS),
                    Stage.TLS,
                    Category.DEADLINE_EXCEEDED);
        }
    }

    @Test
    void keepsIdleConnectionsAlive() throws Exception {
        try (ScriptedImapServer server = ScriptedImapServer.plain(c -> c.hang());
                GuardedSocket socket =
                        local().open(new Endpoint("mail.example.com", server.port(), Encryption.STARTTLS))) {
            assertThat(socket.secured()).isFalse();
            assertThat(socket.socket().getKeepAlive()).isTrue();
            assertThat(socket.socket().getOption(ExtendedSocketOptions.TCP_KEEPIDLE))
                    .isEqualTo(60);
            assertThat(socket.socket().getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL))
                    .isEqualTo(15);
            assertThat(socket.socket().getOption(ExtendedSocketOptions.TCP_KEEPCOUNT))
                    .isEqualTo(4);
        }
    }

    @Test
    void addsTheAuthoritiesOfAFileToThoseOfTheSystem(@TempDir Path folder) throws Exception {
        TrustedCertificates system = TrustedCertificates.load(null);
        TrustedCertificates both = TrustedCertificates.load(AUTHORITY.writeAuthority(folder));

        assertThat(both.authorities()).hasSize(system.authorities().size() + 1).contains(AUTHORITY.authority());
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        assertThatThrownBy(() -> TrustedCertificates.load(empty)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrustedCertificates.load(folder.resolve("missing.pem")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
