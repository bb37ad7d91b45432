package dev.mailroom.sync.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.http.ProblemException;
import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.imap.ImapConnector;
import dev.mailroom.mailclient.imap.ImapCredentials;
import dev.mailroom.mailclient.imap.ImapLimits;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.net.LongWay;
import dev.mailroom.testkit.tls.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads of messages at a real server, with the turns that they take on the way there and back. */
class ProviderMessageTest {
    private static final int MIB = 1024 * 1024;

    /** With 40 ms for each, 8 MiB take less than half a second of waiting. */
    private static final int TURNS_MAX = 8;

    private static final TestCertificates AUTHORITY = TestCertificates.create();
    private static final byte[] ATTACHMENT = new byte[8 * MIB];

    private static @Nullable DovecotServer dovecot;

    private final AtomicBoolean usable = new AtomicBoolean();

    @BeforeAll
    static void start() throws Exception {
        boolean required = Boolean.parseBoolean(System.getenv("CI"));
        Assumptions.assumeTrue(required || DovecotServer.installed(), "dovecot is not installed on this machine");
        dovecot = DovecotServer.start(AUTHORITY.server("localhost", "127.0.0.1"));
        new Random(5).nextBytes(ATTACHMENT);
    }

    @AfterAll
    static void stop() {
        if (dovecot != null) {
            dovecot.close();
        }
    }

    @Test
    void eightMebibytesTakeFewTurns() throws Exception {
        try (LongWay way = new LongWay(server().tlsPort(), Duration.ZERO);
                ImapSession session = connect(way.port())) {
            session.append(MailboxName.INBOX, mail(ATTACHMENT), Set.of(), Instant.now());
            session.select(MailboxName.INBOX, null);
            ByteArrayOutputStream target = new ByteArrayOutputStream(8 * MIB);
            int before = way.roundTrips();

            try (ProviderMessage message = open(session)) {
                message.writePart("2", "base64", target);
            }

            assertThat(way.roundTrips() - before).isBetween(2, TURNS_MAX);
            assertThat(target.toByteArray()).isEqualTo(ATTACHMENT);
            assertThat(usable).isTrue();
        }
    }

    @Test
    void theStructureIsFoundByReadingTheMessageOnceAndItsTextIsShown() throws Exception {
        try (ImapSession session = connect(server().tlsPort())) {
            session.append(MailboxName.INBOX, mail(new byte[3 * MIB]), Set.of(), Instant.now());
            session.select(MailboxName.INBOX, null);
            try (ProviderMessage message = open(session)) {
                MimePart structure =
                        Objects.requireNonNull(message.structure(new MessageParser(ParseLimits.defaults())));
                UUID id = new UUID(0, 1);

                ContentView view = new ShownContent(id, structure).read(message, false, null);

                assertThat(structure.find("2").orElseThrow().size()).isEqualTo(3 * MIB);
                assertThat(view.html())
                        .isEqualTo("<p>Grüße <img src=\"/v1/messages/" + id
                                + "/attachments/2?inline=true\" referrerpolicy=\"no-referrer\" loading=\"lazy\"></p>");
                assertThat(view.truncated()).isFalse();
            }
            assertThat(usable).isTrue();
        }
    }

    @Test
    void whereTheServerSaysThatThereIsNoTextWhatWasReadOfItIsShown() throws Exception {
        MessageParser parser = new MessageParser(ParseLimits.defaults());
        for (String type : List.of("multipart/mixed", "multipart/alternative")) {
            byte[] raw = ("Subject: no boundary\r\nContent-Type: " + type + "\r\n\r\nHello there\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            ParsedMessage parsed = parser.parse(raw);
            assertThat(parsed.text()).isEqualTo("Hello there");
            try (ImapSession session = connect(server().tlsPort())) {
                session.append(MailboxName.INBOX, raw, Set.of(), Instant.now());
                session.select(MailboxName.INBOX, null);
                try (ProviderMessage message = open(session)) {
                    MimePart structure = Objects.requireNonNull(parsed.structure());

                    ContentView view = new ShownContent(new UUID(0, 1), structure).read(message, false, parsed.text());

                    assertThat(view.html()).as(type).contains(">Hello there<");
                }
                assertThat(usable).isTrue();
            }
        }
    }

    @Test
    void aTextThatIsEmptyStaysEmpty() throws Exception {
        byte[] raw = "Subject: empty\r\nContent-Type: text/plain\r\n\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (ImapSession session = connect(server().tlsPort())) {
            session.append(MailboxName.INBOX, raw, Set.of(), Instant.now());
            session.select(MailboxName.INBOX, null);
            try (ProviderMessage message = open(session)) {
                MimePart part = new MimePart("1", "text/plain", null, "7bit", null, null, null, 2, List.of());

                ContentView view = new ShownContent(new UUID(0, 1), part).read(message, false, "");

                assertThat(view.truncated()).isFalse();
            }
        }
    }

    @Test
    void ofATextWithoutEndTheBeginningIsReadAndTheConnectionEnded() throws Exception {
        try (ImapSession session = connect(server().tlsPort())) {
            session.append(MailboxName.INBOX, mail(ATTACHMENT), Set.of(), Instant.now());
            session.select(MailboxName.INBOX, null);
            MimePart part =
                    new MimePart("2", "text/plain", null, "base64", null, null, null, ATTACHMENT.length, List.of());
            try (ProviderMessage message = open(session)) {
                ProviderMessage.Beginning beginning = message.readPart(part, 1_000);

                assertThat(beginning.cut()).isTrue();
                assertThat(beginning.bytes()).hasSize(1_000).startsWith(ATTACHMENT[0], ATTACHMENT[1]);
            }
            assertThat(usable).isFalse();
        }
    }

    @Test
    void aReaderThatGoesAwayEndsTheConnectionAtOnce() throws Exception {
        try (LongWay way = new LongWay(server().tlsPort(), Duration.ZERO);
                ImapSession session = connect(way.port())) {
            session.append(MailboxName.INBOX, mail(ATTACHMENT), Set.of(), Instant.now());
            session.select(MailboxName.INBOX, null);
            int before = way.roundTrips();
            try (ProviderMessage message = open(session)) {
                assertThatThrownBy(() -> message.writePart("2", "base64", new OutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                throw new IOException("gone");
                            }
                        }))
                        .hasRootCauseMessage("gone");
            }

            assertThat(way.roundTrips() - before).isLessThanOrEqualTo(1);
            assertThat(session.isOpen()).isFalse();
            assertThat(usable).isFalse();
        }
    }

    private ProviderMessage open(ImapSession session) {
        usable.set(false);
        return new ProviderMessage(session, 1, Clock.systemUTC(), ending(usable::set));
    }

    private static DovecotServer server() {
        return Objects.requireNonNull(dovecot);
    }

    private static ImapSession connect(int port) throws Exception {
        GuardedConnector guarded = new GuardedConnector(
                OutboundPolicy.parse("127.0.0.0/8:1-65535, [::1]/128:1-65535"),
                new TrustedCertificates(List.of(AUTHORITY.authority())),
                NetworkTimeouts.defaults());
        return new ImapConnector(guarded, ImapLimits.defaults())
                .connect(
                        new Endpoint("localhost", port, Encryption.TLS),
                        new ImapCredentials("r" + UUID.randomUUID(), Secret.of(DovecotServer.PASSWORD)));
    }

    private static byte[] mail(byte[] attachment) {
        String head = """
                Subject: large
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/html; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                <p>Gr=C3=BC=C3=9Fe <img src=3D"cid:x@y"></p><script>x()</script>
                --b
                Content-Type: image/png
                Content-ID: <x@y>
                Content-Transfer-Encoding: base64

                """;
        String body = Base64.getMimeEncoder().encodeToString(attachment);
        return (head.replace("\n", "\r\n") + body + "\r\n--b--\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    static ProviderMessage.Ending ending(Consumer<Boolean> usable) {
        return new ProviderMessage.Ending() {
            @Override
            public void over(ImapSession session, boolean still) {
                usable.accept(still);
            }

            @Override
            public ProblemException absent() {
                return new ProblemException(410, "gone", "Gone", "It is gone");
            }
        };
    }
}
