package dev.mailroom.account.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.account.discovery.Lookup.Outcome;
import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.testkit.tls.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The file of a domain, fetched from servers that do everything wrong that can be done wrong. */
class AutoconfigTest {
    private static final String FILE = "/mail/config-v1.1.xml";
    private static final String OF_HOST = "autoconfig.example.test" + FILE;
    private static final String OF_DOMAIN = "example.test/.well-known/autoconfig" + FILE;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final MailAddress ANA =
            MailAddress.parse("ana+news@example.test").orElseThrow();
    private static final TestCertificates AUTHORITY = TestCertificates.create();

    private static final String CONFIG = """
            <?xml version="1.0" encoding="UTF-8"?>
            <clientConfig version="1.1"><emailProvider id="example.test">
              <domain>example.test</domain><displayName>Example Mail</displayName>
              <incomingServer type="pop3"><hostname>pop.example.test</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
              <incomingServer type="imap"><hostname>plain.example.test</hostname><port>143</port><socketType>plain</socketType></incomingServer>
              <incomingServer type="imap"><hostname>start.example.test</hostname><port>143</port><socketType>STARTTLS</socketType></incomingServer>
              <incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
                <username>%EMAILLOCALPART%</username><authentication>OAuth2</authentication><authentication>password-cleartext</authentication></incomingServer>
              <outgoingServer type="smtp"><hostname>smtp.elsewhere.example</hostname><port>587</port><socketType>STARTTLS</socketType>
                <username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></outgoingServer>
            </emailProvider></clientConfig>
            """;

    private final ScriptedDns names = ScriptedDns.start();
    private final ScriptedHttps https = ScriptedHttps.start(AUTHORITY
            .server("example.test", "*.example.test", "autoconfig.evil.example")
            .serverContext());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void publishNames() {
        for (String host :
                List.of("autoconfig.example.test", "example.test", "www.example.test", "autoconfig.evil.example")) {
            names.script(host + ". A", "127.0.0.1");
        }
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        https.close();
        names.close();
    }

    @Test
    void readsTheFileOfADomain() throws Exception {
        https.xml(OF_HOST, CONFIG);

        Candidate found = search().candidates().getFirst();

        assertThat(found.imap()).isEqualTo(new Server("imap.example.test", 993, Encryption.TLS));
        assertThat(found.smtp()).isEqualTo(new Server("smtp.elsewhere.example", 587, Encryption.STARTTLS));
        assertThat(found.provider()).isEqualTo("Example Mail");
        assertThat(found.username()).isEqualTo("ana+news");
        assertThat(found.usernameTemplate()).isEqualTo("{local}");
        assertThat(found.possible()).isTrue();
        assertThat(found.needsConfirmation()).isFalse();
        assertThat(https.requests())
                .contains(
                        "GET " + FILE + "?emailaddress=ana%2Bnews%40example.test HTTP/1.1 at autoconfig.example.test");
    }

    @Test
    void readsTheFileBelowWellKnown() throws Exception {
        https.xml(OF_DOMAIN, CONFIG);

        assertThat(search().outcome()).isEqualTo(Outcome.FOUND);
    }

    @Test
    void findsNothingWhereNobodyPublishesAFile() throws Exception {
        assertThat(search().outcome()).isEqualTo(Outcome.NOTHING);
    }

    @Test
    void saysWhereOnlyOAuthIsOffered() throws Exception {
        https.xml(
                OF_HOST,
                CONFIG.replace(
                        "<authentication>password-cleartext</authentication>",
                        "<authentication>OAuth2</authentication>"));

        Candidate found = search().candidates().getFirst();

        assertThat(found.possible()).isFalse();
        assertThat(found.note()).contains("OAuth");
    }

    @Test
    void tellsTheAddressToNobodyWithoutATrustedCertificateOfTheDomain() throws Exception {
        try (ScriptedHttps wrongName = ScriptedHttps.start(AUTHORITY.wrongHost().serverContext());
                ScriptedHttps selfSigned =
                        ScriptedHttps.start(TestCertificates.selfSigned("autoconfig.example.test", "example.test")
                                .serverContext());
                ScriptedHttps expired = ScriptedHttps.start(AUTHORITY
                        .expired("autoconfig.example.test", "example.test")
                        .serverContext())) {
            for (ScriptedHttps server : List.of(wrongName, selfSigned, expired)) {
                server.xml(OF_HOST, CONFIG).xml(OF_DOMAIN, CONFIG);

                assertThat(search(server.port(), "127.0.0.1/32:1-65535").candidates())
                        .isEmpty();
                assertThat(server.requests()).isEmpty();
            }
        }
    }

    @Test
    void opensNoConnectionToAnAddressThatIsNotPermitted() throws Exception {
        https.xml(OF_HOST, CONFIG).xml(OF_DOMAIN, CONFIG);

        assertThat(search(https.port(), "").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(https.requests()).isEmpty();

        names.script("autoconfig.example.test. A", "127.0.0.1", "169.254.169.254")
                .script("example.test. A", "10.0.0.1");
        assertThat(search().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(https.requests()).isEmpty();
    }

    @Test
    void looksANameUpOnceForEachConnection() throws Exception {
        // The first answer is permitted; a second look-up would lead to the metadata address.
        names.script("autoconfig.example.test. A", ScriptedDns.IN_TURN, "127.0.0.1", "169.254.169.254");
        https.xml(OF_HOST, CONFIG);

        assertThat(search().outcome()).isEqualTo(Outcome.FOUND);
        assertThat(names.questions("autoconfig.example.test. A")).isEqualTo(1);
    }

    @Test
    void followsOneRedirectThatStaysWithTheDomain() throws Exception {
        redirect(OF_HOST, "https://www.example.test:" + https.port() + "/x.xml");
        https.xml("www.example.test/x.xml", CONFIG);
        assertThat(search().outcome()).isEqualTo(Outcome.FOUND);

        redirect("www.example.test/x.xml", "/y.xml");
        https.xml("www.example.test/y.xml", CONFIG);
        assertThat(search().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void followsNoRedirectToElsewhere() throws Exception {
        https.xml("autoconfig.evil.example" + FILE, CONFIG);
        for (String location : List.of(
                "https://autoconfig.evil.example:" + https.port() + FILE,
                "https://169.254.169.254/latest/meta-data",
                "https://[::1]:" + https.port() + "/",
                "https://127.0.0.1:" + https.port() + "/",
                "http://www.example.test/x.xml",
                "https://www.example.test:22/x.xml",
                "https://ana@www.example.test:" + https.port() + "/x.xml",
                "https://test/x.xml",
                "file:///etc/passwd",
                "ftp://www.example.test/",
                "//",
                "https://www.example.test\\@evil.example/",
                "\u0001")) {
            redirect(OF_HOST, location);

            assertThat(search().outcome()).as(location).isEqualTo(Outcome.FAILED);
        }
        assertThat(https.requests()).noneMatch(request -> request.endsWith("evil.example"));
    }

    @Test
    void checksTheAddressOfARedirectAgain() throws Exception {
        redirect(OF_HOST, "https://inside.example.test:" + https.port() + "/x.xml");
        https.xml("inside.example.test/x.xml", CONFIG);
        names.script("inside.example.test. A", "192.168.0.1");

        assertThat(search().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void readsNoMoreThanItHasTo() throws Exception {
        https.xml(OF_HOST, CONFIG + " ".repeat(10_000_000));
        assertThat(search().outcome()).isEqualTo(Outcome.FAILED);

        https.reply(OF_HOST, out -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write("<clientConfig>".repeat(1_000).getBytes(StandardCharsets.US_ASCII));
            }
        });
        assertThat(search().outcome()).isEqualTo(Outcome.FAILED);

        https.reply(OF_HOST, out -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write("X-Header: endless\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII));
            }
        });
        assertThat(search().outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void givesUpInTimeOnAServerThatDrips() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        https.reply(OF_HOST, out -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (!over.await(50, TimeUnit.MILLISECONDS)) {
                out.write(' ');
                out.flush();
            }
        });
        long begin = System.nanoTime();

        assertThat(search().outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TIMEOUT.plusSeconds(3));
        over.countDown();
    }

    @Test
    void readsOnlyXml() throws Exception {
        for (String type :
                List.of("Content-Type: text/html\r\n", "Content-Type: image/svg\r\n", "", "Content-Type: x\r\n")) {
            https.reply(OF_HOST, out -> ScriptedHttps.write(out, "200 OK", type, CONFIG));
            assertThat(search().outcome()).as(type).isEqualTo(Outcome.NOTHING);
        }
        https.reply(
                OF_HOST,
                out -> ScriptedHttps.write(
                        out, "200 OK", "Content-Type: text/xml\r\nContent-Encoding: gzip\r\n", CONFIG));
        assertThat(search().outcome()).isEqualTo(Outcome.NOTHING);
        https.reply(
                OF_HOST,
                out -> ScriptedHttps.write(out, "200 OK", "Content-Type: application/xml; charset=utf-8\r\n", CONFIG));
        assertThat(search().outcome()).isEqualTo(Outcome.FOUND);
    }

    @Test
    void takesEveryKindOfBadFileAsAFailure() throws Exception {
        String billion = "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
                + "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>";
        for (String bad : List.of(
                "",
                "no xml at all",
                "<clientConfig>",
                "<html></html>",
                "<clientConfig/>",
                "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">" + CONFIG.substring(CONFIG.indexOf("<clientConfig")),
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"https://www.example.test/x\">]><clientConfig><emailProvider><displayName>&e;"
                        + "</displayName></emailProvider></clientConfig>",
                billion + "<clientConfig><emailProvider><displayName>&c;</displayName></emailProvider></clientConfig>",
                "<clientConfig>".repeat(4_000),
                CONFIG.replace("Example Mail", "x".repeat(1_000)),
                CONFIG.replace("imap.%EMAILDOMAIN%", "127.0.0.1")
                        .replace("start.example.test", "localhost")
                        .replace("smtp.elsewhere.example", "[::1]"),
                CONFIG.replace("<port>993</port>", "<port>22</port>")
                        .replace("<port>143</port>", "<port>99999</port>")
                        .replace("<port>587</port>", "<port>x</port>"),
                "\uFEFF\u0000")) {
            https.xml(OF_HOST, bad);

            assertThat(search().outcome())
                    .as(bad.substring(0, Math.min(80, bad.length())))
                    .isEqualTo(Outcome.FAILED);
        }
        assertThat(https.requests()).noneMatch(request -> request.contains("/x "));
    }

    @Test
    void takesEveryKindOfBadHttpAsAFailure() throws Exception {
        for (String bad : List.of(
                "",
                "nonsense\r\n\r\n",
                "HTTP/9.9 abc\r\n\r\n",
                "HTTP/1.1 500 No\r\n\r\n",
                "HTTP/1.1 302 Found\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\nContent-Type: text/xml\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: " + "x".repeat(20_000) + "\r\n\r\n")) {
            https.reply(OF_HOST, out -> out.write(bad.getBytes(StandardCharsets.US_ASCII)));

            assertThat(search().outcome())
                    .as(bad.substring(0, Math.min(60, bad.length())))
                    .isEqualTo(Outcome.FAILED);
        }
    }

    private void redirect(String place, String location) {
        https.reply(place, out -> ScriptedHttps.write(out, "302 Found", "Location: " + location + "\r\n", ""));
    }

    private Discovered search() throws InterruptedException {
        return search(https.port(), "127.0.0.1/32:" + https.port());
    }

    private Discovered search(int port, String allow) throws InterruptedException {
        OutboundPolicy policy = OutboundPolicy.parse(allow);
        var connector = new GuardedConnector(
                policy.onPorts(Set.of(port)),
                new TrustedCertificates(List.of(AUTHORITY.authority())),
                NetworkTimeouts.all(TIMEOUT),
                new Dns(List.of(names.address()), TIMEOUT)::addresses);
        var client = new AutoconfigClient(connector, TIMEOUT, port);
        return new AutoconfigSearch(client, OutboundPolicy.publicInternet(), threads).search(ANA);
    }
}
