package dev.mailroom.mailclient.smtp;

import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.tls.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A scripted server with a trusted certificate, and a transport that may reach it. */
final class SmtpFixture implements AutoCloseable {
    static final Duration REPLY_MAX = Duration.ofMillis(400);
    static final Duration DOT_REPLY_MAX = Duration.ofMillis(700);
    static final TestCertificates AUTHORITY = TestCertificates.create();
    static final String FROM = "ana@example.com";
    static final String TO = "bo@example.org";

    final ScriptedSmtpServer server;
    final SmtpTransport transport;
    final List<SmtpPhase> phases = new CopyOnWriteArrayList<>();
    private final Encryption encryption;

    SmtpFixture(Encryption encryption) {
        this.encryption = encryption;
        this.server = ScriptedSmtpServer.start(
                encryption == Encryption.TLS ? ScriptedSmtpServer.Mode.TLS : ScriptedSmtpServer.Mode.STARTTLS,
                AUTHORITY.server("127.0.0.1").serverContext());
        this.transport = transport("127.0.0.0/8:1024-65535");
    }

    static SmtpTransport transport(String allow) {
        GuardedConnector connector = new GuardedConnector(
                OutboundPolicy.parse(allow),
                new TrustedCertificates(List.of(AUTHORITY.authority())),
                NetworkTimeouts.all(Duration.ofSeconds(2)));
        SmtpLimits limits = SmtpLimits.defaults().withTimeouts(REPLY_MAX, DOT_REPLY_MAX);
        return new SmtpTransport(connector, limits);
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", server.port(), encryption);
    }

    static SmtpCredentials credentials(String user) {
        return new SmtpCredentials(user, Secret.of("correct horse"));
    }

    static byte[] mime(String body) {
        return ("From: ana@example.com\r\nSubject: hello\r\nMessage-ID: <1@example.com>\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    SmtpOutcome send() throws InterruptedException {
        return send(List.of(TO), mime("hello\r\n"));
    }

    SmtpOutcome send(List<String> recipients, byte[] mime) throws InterruptedException {
        return transport.send(endpoint(), credentials("ana"), new SmtpEnvelope(FROM, recipients), mime, phases::add);
    }

    @Override
    public void close() {
        server.close();
    }
}
