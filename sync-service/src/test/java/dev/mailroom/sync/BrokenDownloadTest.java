package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.testkit.TestTokens;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.net.Tap;
import dev.mailroom.testkit.net.TcpProxy;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** A provider that breaks off while somebody downloads: what he has got by then must not look as if it were all. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
@SuppressWarnings("NullAway.Init")
class BrokenDownloadTest {
    private static final int BYTES = 5 * 1024 * 1024;
    private static final long NEVER = Long.MAX_VALUE;

    /** So little that the answer waits in the service for whoever reads it. */
    private static final int RECEIVE_BYTES = 8 * 1024;

    private static final String END_OF_CHUNKS = "\r\n0\r\n\r\n";
    private static final UUID ORGANIZATION = UUID.randomUUID();

    /** What the server may still say of a message, and what it has said of the last one. */
    private static final AtomicLong LEFT = new AtomicLong(NEVER);

    private static final AtomicLong SAID = new AtomicLong();

    private static DovecotServer server;
    private static TcpProxy link;
    private static Scene scene;
    private static UUID message;

    @TestHTTPResource
    URI address;

    @BeforeAll
    static void receive() throws Exception {
        String user = "u" + UUID.randomUUID().toString().substring(0, 8);
        server = DovecotServer.start(Scene.serverCertificate());
        link = TcpProxy.beforeTls(
                server.tlsPort(),
                Scene.serverCertificate().serverContext(),
                TrustedCertificates.load(Scene.folder().resolve("authority.pem"))
                        .sslContext(),
                BreakingOff::new);
        scene = new Scene();
        AccountState account = scene.connect(ORGANIZATION, user, link.port(), "none");
        scene.awaitState(account.account(), "live");
        try (ImapSession other = Scene.otherProgram(user, server.tlsPort())) {
            other.append(MailboxName.INBOX, withAttachment(), Set.of(), Instant.now());
        }
        message = UUID.fromString(scene.awaitMail(account.account(), "message.received", Scene.subject("Large"))
                .data()
                .path("message")
                .path("id")
                .asText());
    }

    @AfterAll
    static void stop() {
        scene.close();
        link.close();
        server.close();
    }

    @Test
    void whereNothingWasSentTheProblemIsAllThatIsSent() {
        for (String path : new String[] {"raw", "attachments/2"}) {
            for (long said : new long[] {0, 3_000}) {
                LEFT.set(said);

                Response answer = given().header("Authorization", "Bearer " + token())
                        .get("/v1/messages/" + message + "/" + path);

                assertThat(answer.statusCode()).as("%s after %d", path, said).isEqualTo(503);
                assertThat(answer.contentType()).startsWith("application/problem+json");
                assertThat(answer.header("Retry-After")).isNotNull();
                assertThat(answer.header("Content-Disposition")).isNull();
                assertThat(answer.path("title").toString()).isEqualTo("Unavailable");
            }
        }
    }

    @Test
    void whoHasGotSomeSeesThatItIsNotAll() throws Exception {
        for (String path : new String[] {"raw", "attachments/2"}) {
            LEFT.set(NEVER);
            SAID.set(0);
            assertThat(new String(slowly(path), StandardCharsets.ISO_8859_1)).endsWith(END_OF_CHUNKS);
            long whole = SAID.get();
            for (long said : new long[] {1_500_000, whole / 2, whole - 500}) {
                LEFT.set(said);

                String got = new String(slowly(path), StandardCharsets.ISO_8859_1);

                assertThat(got).as("%s after %d", path, said).startsWith("HTTP/1.1 200 OK");
                assertThat(got.endsWith(END_OF_CHUNKS))
                        .as("%s after %d ends", path, said)
                        .isFalse();
                assertThat(got.contains("problems/unavailable"))
                        .as("%s after %d says it", path, said)
                        .isFalse();
            }
        }
    }

    @Test
    void alsoOverHttp2() throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            for (long said : new long[] {1_500_000, 5_000_000}) {
                LEFT.set(said);

                assertThatThrownBy(() -> client.send(
                                HttpRequest.newBuilder(address.resolve("/v1/messages/" + message + "/raw"))
                                        .header("Authorization", "Bearer " + token())
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray()))
                        .isInstanceOf(IOException.class);
            }
            LEFT.set(NEVER);
            HttpResponse<byte[]> whole = client.send(
                    HttpRequest.newBuilder(address.resolve("/v1/messages/" + message + "/raw"))
                            .header("Authorization", "Bearer " + token())
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(whole.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(whole.body()).hasSizeGreaterThan(BYTES);
        }
    }

    /** All that comes, to the end of the connection or of the chunks, by somebody who takes little at a time. */
    private byte[] slowly(String path) throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (Socket reader = new Socket()) {
            reader.setReceiveBufferSize(RECEIVE_BYTES);
            reader.setSoTimeout(30_000);
            reader.connect(new InetSocketAddress(address.getHost(), address.getPort()));
            reader.getOutputStream()
                    .write(("GET /v1/messages/" + message + "/" + path
                                    + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = reader.getInputStream();
            byte[] some = new byte[RECEIVE_BYTES];
            String last = "";
            int read = in.read(some);
            while (read >= 0) {
                got.write(some, 0, read);
                last += new String(some, 0, read, StandardCharsets.ISO_8859_1);
                last = last.substring(Math.max(0, last.length() - END_OF_CHUNKS.length()));
                read = last.endsWith(END_OF_CHUNKS) ? -1 : in.read(some);
            }
        } catch (SocketException reset) {
            assertThat(got.size()).isPositive();
        }
        return got.toByteArray();
    }

    private static String token() {
        return TestTokens.token("member", ORGANIZATION, "tester");
    }

    private static byte[] withAttachment() {
        byte[] content = new byte[BYTES];
        new Random(8).nextBytes(content);
        return ("""
                From: ana@example.net
                To: bo@example.com
                Subject: Large
                Date: Fri, 20 Nov 2026 10:00:00 +0000
                Message-ID: <large@example.net>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="b"

                --b
                Content-Type: text/plain

                see attachment
                --b
                Content-Type: application/octet-stream
                Content-Disposition: attachment; filename="data.bin"
                Content-Transfer-Encoding: base64

                %s
                --b--
                """.formatted(Base64.getMimeEncoder().encodeToString(content)))
                .replace("\r\n", "\n")
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Says good-bye in the server's name when enough of a message was said. */
    private static final class BreakingOff implements Tap {
        private final Mouth mouth;
        private volatile boolean ofMessage;

        private BreakingOff(Mouth mouth) {
            this.mouth = mouth;
        }

        @Override
        public Verdict asked(byte[] bytes, int length) {
            // Not what the session is told, which has read the message when it came.
            ofMessage = new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains("BODY.PEEK[");
            return Verdict.PASS;
        }

        @Override
        public Verdict answered(byte[] bytes, int length) throws IOException {
            if (!ofMessage) {
                return Verdict.PASS;
            }
            SAID.addAndGet(length);
            if (LEFT.get() == NEVER) {
                return Verdict.PASS;
            }
            long left = LEFT.getAndAdd(-length);
            if (left > length) {
                return Verdict.PASS;
            }
            LEFT.set(NEVER);
            mouth.say(Arrays.copyOf(bytes, (int) Math.max(0, left)));
            return Verdict.CUT;
        }
    }
}
