package dev.mailroom.account.verification;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.Secret;
import dev.mailroom.testkit.ScratchFolder;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.tls.ServerCertificate;
import dev.mailroom.testkit.tls.TestCertificates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The verifier as it is, without a service around it, and servers on this machine that it may reach. */
final class VerifyScene implements AutoCloseable {
    static final String PASSWORD = DovecotServer.PASSWORD;
    static final String USER = "ana@example.com";
    static final TestCertificates AUTHORITY = TestCertificates.create();
    static final ServerCertificate GOOD = AUTHORITY.server("127.0.0.1", "localhost");

    /** A name that does not exist. */
    static final String UNKNOWN_HOST = "imap.mailroom.invalid";

    /** A name that is never answered. */
    static final String SLOW_HOST = "slow.mailroom.invalid";

    /** The broadcast address of the loopback network: the system has no route there for TCP. */
    static final String WITHOUT_A_ROUTE = "127.255.255.255";

    private static final Path CA = authorityFile();

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<String, Integer> standardPorts = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Verifier verifier;
    private final ScriptedSmtpServer smtp;

    private VerifyScene(Duration timeout, int concurrentMax) {
        VerifyConfig config = new Config(timeout, 1, 1, concurrentMax);
        MailServers servers = new MailServers(
                new Outbound(
                        Optional.of("127.0.0.1/32:1024-65535," + WITHOUT_A_ROUTE + "/32:1024-65535"), Optional.of(CA)),
                config,
                this::addressesOf);
        verifier = new Verifier(servers, config, new SimpleMeterRegistry(), this::standardPort);
        open.add(verifier::stop);
        smtp = open(ScriptedSmtpServer.start(ScriptedSmtpServer.Mode.STARTTLS, GOOD.serverContext()));
    }

    /** For servers that answer. */
    static VerifyScene patient() {
        return new VerifyScene(Duration.ofSeconds(30), 100);
    }

    /** For servers that do not: six seconds for everything. */
    static VerifyScene impatient() {
        return new VerifyScene(Duration.ofSeconds(6), 100);
    }

    /** Room for so many tries at a time. */
    static VerifyScene withPlaces(int places) {
        return new VerifyScene(Duration.ofSeconds(30), places);
    }

    /** Both. */
    static VerifyScene impatientWithPlaces(int places) {
        return new VerifyScene(Duration.ofSeconds(6), places);
    }

    private record Config(
            Duration timeout, int attemptsPerUserAndHour, int attemptsPerMailboxAndHour, int concurrentMax)
            implements VerifyConfig {}

    private record Outbound(Optional<String> allow, Optional<Path> ca) implements OutboundConfig {}

    /** Servers of this leg usually listen here; without it nothing does. */
    VerifyScene standard(Leg leg, Encryption encryption, int port) {
        standardPorts.put(leg + "/" + encryption, port);
        return this;
    }

    LegDiagnosis imap(int port, Encryption encryption) {
        return imap(server("127.0.0.1", port, encryption));
    }

    LegDiagnosis imap(Server server) {
        return verify(Kind.IMAP, USER, PASSWORD, server, goodSmtp()).get(0);
    }

    LegDiagnosis smtp(int port, Encryption encryption) {
        return verify(
                        Kind.IMAP,
                        USER,
                        PASSWORD,
                        server("127.0.0.1", closedPort(), Encryption.TLS),
                        server("127.0.0.1", port, encryption))
                .get(1);
    }

    List<LegDiagnosis> verify(Kind kind, String username, String password, Server imap, Server smtpServer) {
        MailboxLogin login = new MailboxLogin(kind, USER, username, imap, smtpServer);
        return verifier.verify(login, Secret.of(password)).diagnosis();
    }

    ScriptedSmtpServer smtpServer() {
        return smtp;
    }

    /** Takes every user name and password. */
    Server goodSmtp() {
        return server("127.0.0.1", smtp.port(), Encryption.STARTTLS);
    }

    static Server server(String host, int port, Encryption encryption) {
        return new Server(host, port, encryption);
    }

    <T extends AutoCloseable> T open(T closeable) {
        open.add(closeable);
        return closeable;
    }

    /** A port on which nothing listens. */
    static int closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that answers nobody, as behind a firewall: its queue of connections is full, so the system drops what comes. */
    int filteredPort() throws IOException {
        ServerSocket socket = open(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
        for (int i = 0; i < 4; i++) {
            SocketChannel waiting = open(SocketChannel.open());
            waiting.configureBlocking(false);
            waiting.connect(new InetSocketAddress("127.0.0.1", socket.getLocalPort()));
        }
        return socket.getLocalPort();
    }

    static String summary(LegDiagnosis diagnosis) {
        return diagnosis.stage() + " " + diagnosis.category() + codeOf(diagnosis.code());
    }

    private static String codeOf(@Nullable String code) {
        return code == null ? "" : " " + code;
    }

    /** No name server is asked. */
    private InetAddress[] addressesOf(String host) throws UnknownHostException {
        if (host.equals(SLOW_HOST)) {
            try {
                closed.await();
            } catch (InterruptedException gaveUp) {
                Thread.currentThread().interrupt();
            }
        }
        if (host.endsWith(".invalid")) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.ofLiteral(host)};
    }

    private int standardPort(Leg leg, Encryption encryption) {
        return standardPorts.computeIfAbsent(leg + "/" + encryption, _ -> closedPort());
    }

    private static Path authorityFile() {
        return AUTHORITY.writeAuthority(ScratchFolder.create("verify-scene"));
    }

    @Override
    public void close() throws Exception {
        closed.countDown();
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }
}
