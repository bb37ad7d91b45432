package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.sync.database.Database;
import dev.mailroom.testkit.TestTokens;
import dev.mailroom.testkit.imap.RawImapClient;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What a stranger's message does to whoever fetches its parts over HTTP. */
@QuarkusTest
@SyncTest
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
@SuppressWarnings("NullAway.Init")
class HostileContentTest {
    private static LocalDovecot server;

    @Inject
    Database database;

    @TestHTTPResource
    URI address;

    private static final UUID ORGANIZATION = UUID.randomUUID();
    private static String user;
    private static Scene scene;
    private static @Nullable AccountState account;

    @BeforeAll
    static void startServer() throws Exception {
        server = new LocalDovecot();
        user = server.newUser();
        scene = new Scene();
    }

    @AfterAll
    static void stopServer() {
        scene.close();
        server.close();
    }

    @BeforeEach
    void connectOnce() {
        if (account == null) {
            account = scene.connect(ORGANIZATION, user, server.port(), "none");
            scene.awaitState(account.account(), "live");
        }
    }

    @Test
    void noPartIsRenderedRunOrNamedAsItsSenderLikes() throws Exception {
        UUID message = receive("Parts", """
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/html
                Content-Disposition: attachment; filename*=UTF-8''..%2F..%2Fevil%0D%0ASet-Cookie%3A%20x.html

                <script>alert(1)</script>
                --b
                Content-Type: image/svg+xml; name="a.svg"
                Content-Disposition: inline

                <svg onload=alert(1)>
                --b
                Content-Type: IMAGE/PNG; name="=?utf-8?b?4oCuZ3Bq?=.exe"
                Content-Transfer-Encoding: BASE64

                iVBORw0KGgo!!!*AAA==
                --b
                Content-Type: message/rfc822

                Subject: inner
                Content-Type: multipart/mixed; boundary=i

                --i
                Content-Type: application/ms-tnef; name="winmail.dat"

                x
                --i--
                --b
                Content-Type: application/xhtml+xml; charset="x\\";name=y"
                Content-Disposition: x; filename="C:\\\\Windows\\\\a\\";b=c.xht"
                Content-Transfer-Encoding: x-uuencode

                <html xmlns="http://www.w3.org/1999/xhtml"/>
                --b--
                """);

        Response html = part(message, "1?inline=true");
        Response svg = part(message, "2?inline=true");
        Response png = part(message, "3?inline=true");
        Response inner = part(message, "4?inline=true");
        Response xhtml = part(message, "5?inline=true");
        for (Response one : List.of(html, svg, inner, xhtml)) {
            assertThat(one.contentType()).isEqualTo("application/octet-stream");
            assertThat(one.header("Content-Disposition")).startsWith("attachment; ");
        }
        for (Response one : List.of(html, svg, png, inner, xhtml)) {
            assertThat(one.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(one.header("Content-Security-Policy")).isEqualTo("default-src 'none'; sandbox");
            assertThat(one.header("Set-Cookie")).isNull();
            assertThat(one.header("Cache-Control")).isEqualTo("no-store");
        }
        assertThat(html.header("Content-Disposition")).isEqualTo("attachment; filename=\"evil Set-Cookie: x.html\"");
        assertThat(png.contentType()).isEqualTo("image/png");
        assertThat(png.header("Content-Disposition")).isEqualTo("inline; filename=\"gpj.exe\"");
        assertThat(png.asByteArray()).startsWith(0x89, 'P', 'N', 'G');
        assertThat(inner.header("Content-Disposition")).isEqualTo("attachment; filename=\"message.eml\"");
        assertThat(inner.asString()).startsWith("Subject: inner").contains("winmail.dat");
        assertThat(xhtml.asString()).startsWith("<html");
        for (String unknown : List.of(
                "0",
                "6",
                "01",
                "1.1",
                "4.1",
                "-1",
                "1.",
                ".1",
                "1.MIME",
                "TEXT",
                "HEADER",
                "\u0661",
                "%31%00",
                "1%2F..",
                "1".repeat(300))) {
            assertThat(part(message, unknown).statusCode()).as(unknown).isIn(400, 404);
        }
    }

    @Test
    void aMessageOrPartThatTheProviderHasNoMoreIsNotAnEmptyOne() throws Exception {
        UUID message = receive("Gone", """
                Content-Type: multipart/mixed; boundary=b

                --b

                text
                --b--
                """);

        int away = 1_000;
        for (String path : List.of("raw", "attachments/1", "content")) {
            // Each time, and elsewhere each time: the session may have found it again in between.
            database.execute(
                    "update copy set uid = uid + $2 where message_id = $1 and vanished_at is null", message, away);
            away *= 2;
            Response answer = get(message, path);
            if (answer.statusCode() == 200) {
                // Found again at that very moment.
                assertThat(answer.asString()).as(path).contains("text");
            } else {
                assertThat(answer.statusCode()).as(path).isIn(410, 503);
            }
        }
    }

    @Test
    void aPartThatNobodyKnowsOfIsNotAnEmptyOne() throws Exception {
        UUID message = receive("Unknown", """
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: application/pdf
                Content-Transfer-Encoding: base64

                eA==
                --b--
                """);
        database.execute("update message set content = content::jsonb - 'structure' where id = $1", message);

        assertThat(part(message, "1").asString()).isEqualTo("x");
        for (String unknown : List.of(
                "2",
                "1.1.1",
                "999999.999999.999999.999999.999999.999999.999999.999999.999999.999999.999999.999999.999999.999999.999999.999999")) {
            assertThat(part(message, unknown).statusCode()).as(unknown).isEqualTo(404);
        }
    }

    @Test
    void aReaderThatGoesAwayIsNoFaultOfAnybody() throws Exception {
        UUID message = receive("Long", "\n" + ("x".repeat(98) + "\n").repeat(80_000));
        List<String> faults = new CopyOnWriteArrayList<>();
        CountDownLatch told = new CountDownLatch(1);
        Handler handler = handler(said -> {
            if (said.getLevel().intValue() >= Level.WARNING.intValue()
                    && said.getLoggerName().startsWith("dev.mailroom")) {
                faults.add(said.getLoggerName() + " " + said.getMessage());
            }
            if (said.getMessage().contains("broken off by the client")) {
                told.countDown();
            }
        });
        Logger downloads = Logger.getLogger("dev.mailroom.sync.message.DownloadProblems");
        downloads.setLevel(Level.FINE);
        downloads.addHandler(handler);
        Logger.getLogger("").addHandler(handler);
        try (Socket reader = new Socket(address.getHost(), address.getPort())) {
            reader.setReceiveBufferSize(4 * 1024);
            reader.getOutputStream()
                    .write(("GET /v1/messages/" + message + "/raw HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                    + TestTokens.token("member", ORGANIZATION, "tester") + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(reader.getInputStream().readNBytes(15), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK");

            reader.close();

            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(faults).isEmpty();
        } finally {
            Logger.getLogger("").removeHandler(handler);
            downloads.removeHandler(handler);
            downloads.setLevel(null);
        }
    }

    private static Handler handler(Consumer<LogRecord> listener) {
        return new Handler() {
            @Override
            public void publish(LogRecord said) {
                listener.accept(said);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    @Test
    void readsWhatIsWrittenInOddWays() throws Exception {
        UUID japanese =
                receive("Japanese", "Content-Type: text/html; charset=iso-2022-jp\n\n<p>\u001b$BF|K\\\u001b(B</p>\n");
        UUID chinese = receive("Chinese", "Content-Type: text/plain; charset=gb18030\n\n\u00c4\u00e3\u00ba\u00c3\n");
        UUID hidden = receive(
                "Hidden", "Content-Type: text/html; charset=utf-7\n\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-\n");
        UUID unknown =
                receive("Unheard", "Content-Type: text/html; charset=\"x-\\\"unheard\"\n\n<p>Gr\u00fc\u00dfe</p>\n");
        UUID zeros = receive("Zeros", "Content-Transfer-Encoding: base64\n\nYQBiAA==\n");
        UUID coded = receive("Coded", "\nbegin 644 a.html\nM/'-C<FEP=#X\\n`\nend\n");

        assertThat(shown(japanese)).contains("日本");
        assertThat(shown(chinese)).contains("你好");
        assertThat(shown(hidden).strip()).isEqualTo("+ADw-script+AD4-alert(1)+ADw-/script+AD4-");
        assertThat(shown(unknown)).contains("Grüße");
        assertThat(shown(zeros)).contains("ab").doesNotContain("\0");
        assertThat(shown(coded)).contains("begin 644 a.html");
        get(zeros, "").then().statusCode(200).body("body", equalTo("ab"));
    }

    private String shown(UUID message) {
        return get(message, "content").then().statusCode(200).extract().path("html");
    }

    private Response part(UUID message, String part) {
        return get(message, "attachments/" + part);
    }

    private Response get(UUID message, String path) {
        return as().urlEncodingEnabled(false).get("/v1/messages/" + message + (path.isEmpty() ? "" : "/" + path));
    }

    private RequestSpecification as() {
        return given().header("Authorization", "Bearer " + TestTokens.token("member", ORGANIZATION, "tester"));
    }

    private UUID receive(String subject, String rest) throws Exception {
        String raw = "From: Ana <ana@example.net>\nSubject: " + subject + "\nMIME-Version: 1.0\n" + rest;
        try (RawImapClient other = new RawImapClient(
                TrustedCertificates.load(Scene.folder().resolve("authority.pem"))
                        .sslContext()
                        .getSocketFactory()
                        .createSocket("127.0.0.1", server.port()),
                user,
                Scene.PASSWORD)) {
            other.append("INBOX", "", raw.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        return UUID.fromString(
                scene.awaitMail(Objects.requireNonNull(account).account(), "message.received", Scene.subject(subject))
                        .data()
                        .path("message")
                        .path("id")
                        .asText());
    }
}
