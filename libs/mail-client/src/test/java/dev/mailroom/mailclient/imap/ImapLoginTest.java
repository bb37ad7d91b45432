package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.testkit.imap.ImapScript;
import dev.mailroom.testkit.imap.ScriptedImapServer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImapLoginTest {
    private static final SSLContext TLS = LocalServers.CERTIFICATE.serverContext();
    private static final ImapCredentials CREDENTIALS = LocalServers.credentials("DOMAIN\\ana", "s3cret-canary");
    private static final String CANARY = "s3cret-canary";

    private static MailException failure(Endpoint endpoint) {
        return failure(endpoint, LocalServers.patient());
    }

    private static MailException failure(Endpoint endpoint, ImapConnector connector) {
        MailException failure =
                catchThrowableOfType(MailException.class, () -> connector.connect(endpoint, CREDENTIALS));
        assertThat(failure).isNotNull();
        return failure;
    }

    private static MailException tlsFailure(ImapScript script) {
        try (ScriptedImapServer server = ScriptedImapServer.tls(TLS, script)) {
            MailException failure = failure(LocalServers.tls(server.port()));
            assertThat(server.connections()).isEqualTo(1);
            return failure;
        }
    }

    private static MailException slowTlsFailure(ImapScript script) {
        try (ScriptedImapServer server = ScriptedImapServer.tls(TLS, script)) {
            return failure(LocalServers.tls(server.port()), LocalServers.impatient());
        }
    }

    private static MailException startTlsFailure(ImapScript script) {
        try (ScriptedImapServer server = ScriptedImapServer.plain(script)) {
            MailException failure = failure(LocalServers.startTls(server.port()));
            assertThat(server.received()).as("nothing secret in the clear").noneMatch(ImapLoginTest::holdsSecret);
            return failure;
        }
    }

    private static boolean holdsSecret(String line) {
        return line.contains(CANARY)
                || line.toUpperCase(java.util.Locale.ROOT).contains("LOGIN ")
                || line.contains("AUTHENTICATE");
    }

    private static void assertFailed(MailException failure, Stage stage, Category category) {
        assertThat(failure.stage()).isEqualTo(stage);
        assertThat(failure.category()).isEqualTo(category);
    }

    private static MailException refusedWith(String answer) {
        return tlsFailure(c -> {
            c.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready");
            String tag = c.expect("AUTHENTICATE PLAIN");
            c.send(tag + " " + answer).hang();
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    NO [AUTHENTICATIONFAILED] Invalid credentials                        | CREDENTIALS_REFUSED | REAUTHENTICATE
                    NO [AUTHORIZATIONFAILED] No                                          | CREDENTIALS_REFUSED | REAUTHENTICATE
                    NO [EXPIRED] Password expired                                        | CREDENTIALS_REFUSED | REAUTHENTICATE
                    NO LOGIN failed.                                                     | CREDENTIALS_REFUSED | REAUTHENTICATE
                    NO [UNAVAILABLE] Temporary authentication failure.                   | UNAVAILABLE         | BACK_OFF
                    NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded | THROTTLED           | BACK_OFF
                    NO [INUSE] Mailbox in use                                            | UNAVAILABLE         | BACK_OFF
                    NO [SERVERBUG] Internal error                                        | UNAVAILABLE         | BACK_OFF
                    NO [LIMIT] LOGIN Rate limit hit                                      | THROTTLED           | BACK_OFF
                    NO [THROTTLED] Account exceeded command or bandwidth limits.         | THROTTLED           | BACK_OFF
                    NO [ALERT] Too many simultaneous connections. (Failure)              | THROTTLED           | BACK_OFF
                    NO Server Unavailable. 15                                            | UNAVAILABLE         | BACK_OFF
                    NO LOGIN Unsafe Login. Please contact the provider                   | THROTTLED           | BACK_OFF
                    NO [ALERT] Application-specific password required: see a page        | APP_PASSWORD_NEEDED | REAUTHENTICATE
                    NO [ALERT] Your account is not enabled for IMAP use.                 | PROTOCOL_DISABLED   | NEEDS_ACTION
                    NO [CONTACTADMIN] Call us                                            | CONTACT_ADMIN       | NEEDS_ACTION
                    NO [NOPERM] Not you                                                  | CONTACT_ADMIN       | NEEDS_ACTION
                    NO [WEBALERT https://example.com] Web login required.                | CONTACT_ADMIN       | NEEDS_ACTION
                    NO [PRIVACYREQUIRED] Encrypt first                                   | PRIVACY_REQUIRED    | NEEDS_ACTION
                    NO [REFERRAL imap://other.example.com] Try there                     | CONTACT_ADMIN       | NEEDS_ACTION
                    BAD Command Error. 12                                                | COMMAND_REFUSED     | BACK_OFF
                    """)
    void readsWhatARefusalMeans(String answer, Category category, Remedy remedy) {
        MailException failure = refusedWith(answer);

        assertFailed(failure, Stage.LOGIN, category);
        assertThat(failure.remedy()).isEqualTo(remedy);
    }

    @Test
    void takesTheBackoffThatTheServerAsksFor() {
        MailException failure = refusedWith("NO [THROTTLED] Backoff Time: 299961 Milliseconds");

        assertThat(failure.suggestedBackoff()).contains(Duration.ofMillis(299_961));
    }

    @Test
    void keepsOnlyACleanedPieceOfWhatTheServerSays() {
        MailException failure = refusedWith("NO [AUTHENTICATIONFAILED] bad\tthing\u0007 " + "x".repeat(5_000));

        assertThat(failure.serverText()).startsWith("bad thing x").hasSize(200);
        assertThat(failure.responseCode()).isEqualTo("AUTHENTICATIONFAILED");
        assertThat(failure.getMessage()).doesNotContain("bad thing");
    }

    @Test
    void triesOneMechanismOnce() {
        try (ScriptedImapServer server = ScriptedImapServer.tls(TLS, c -> {
            c.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=LOGIN AUTH=PLAIN AUTH=NTLM] ready");
            c.send(c.expect("AUTHENTICATE PLAIN") + " NO [AUTHENTICATIONFAILED] no")
                    .hang();
        })) {
            assertFailed(failure(LocalServers.tls(server.port())), Stage.LOGIN, Category.CREDENTIALS_REFUSED);
            assertThat(server.received()).hasSize(1);
            String message = new String(
                    Base64.getDecoder().decode(server.received().getFirst().split(" ", -1)[3]));
            assertThat(message).isEqualTo("\0DOMAIN\\ana\0s3cret-canary");
        }
    }

    @Test
    void answersAChallengeWithoutInitialResponse() throws Exception {
        try (ScriptedImapServer server = ScriptedImapServer.tls(TLS, c -> {
            c.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready");
            String tag = c.expect("AUTHENTICATE PLAIN");
            c.send("+ ");
            c.readLine();
            c.send(tag + " OK [CAPABILITY IMAP4rev1] in").hang();
        })) {
            try (ImapSession session = LocalServers.patient().connect(LocalServers.tls(server.port()), CREDENTIALS)) {
                assertThat(session.isOpen()).isTrue();
            }
            assertThat(server.received().getFirst()).endsWith("AUTHENTICATE PLAIN");
        }
    }

    @Test
    void tracesNothingWhateverTheLoggersAreSetTo() throws Exception {
        StringBuilder logged = new StringBuilder();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.append(line.getMessage()).append('\n');
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        List<Logger> loggers =
                List.of(Logger.getLogger("dev.mailroom.mailclient"), Logger.getLogger("org.eclipse.angus.mail"));
        loggers.forEach(logger -> {
            logger.setLevel(Level.ALL);
            logger.addHandler(handler);
        });
        try (ScriptedImapServer server = ScriptedImapServer.tls(
                TLS, c -> c.logIn().answer("NOOP", "* OK visible-line").hang())) {
            ImapSession session = LocalServers.patient().connect(LocalServers.tls(server.port()), CREDENTIALS);
            session.noop();
            session.abort();
        } finally {
            loggers.forEach(logger -> {
                logger.setLevel(null);
                logger.removeHandler(handler);
            });
        }
        assertThat(logged.toString())
                .doesNotContain(CANARY)
                .doesNotContain("AUTHENTICATE")
                .doesNotContain("visible-line");
    }

    @Test
    void fallsBackToLoginWithQuoting() throws Exception {
        try (ScriptedImapServer server = ScriptedImapServer.tls(TLS, c -> {
            c.send("* OK [CAPABILITY IMAP4rev1] ready");
            c.send(c.expect("LOGIN") + " OK [CAPABILITY IMAP4rev1] in").hang();
        })) {
            LocalServers.patient()
                    .connect(LocalServers.tls(server.port()), CREDENTIALS)
                    .abort();
            assertThat(server.received().getFirst()).endsWith("LOGIN \"DOMAIN\\\\ana\" \"s3cret-canary\"");
        }
    }

    @Test
    void doesNotTryWhatTheServerDoesNotOffer() {
        assertFailed(
                tlsFailure(c -> c.send("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=NTLM] ready")
                        .hang()),
                Stage.LOGIN,
                Category.AUTH_MECHANISM_MISSING);
    }

    @Test
    void tellsWhoItIsAndEnablesWhatIsOffered() throws Exception {
        try (ScriptedImapServer server = ScriptedImapServer.tls(TLS, c -> {
            c.logIn("IMAP4rev1 ID ENABLE CONDSTORE QRESYNC");
            c.answer("ID (\"name\" \"Mailroom\"", "* ID (\"name\" \"Te\u0007st\" \"os\" NIL)");
            c.answer("ENABLE QRESYNC", "* ENABLED QRESYNC").hang();
        })) {
            ImapSession session = LocalServers.patient().connect(LocalServers.tls(server.port()), CREDENTIALS);
            assertThat(session.resyncEnabled()).isTrue();
            assertThat(session.serverIdentity()).containsExactly(java.util.Map.entry("name", "Te st"));
            session.abort();
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void refusesAServerWithoutStartTls() {
        assertFailed(
                startTlsFailure(c ->
                        c.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready").hang()),
                Stage.STARTTLS,
                Category.STARTTLS_UNAVAILABLE);
        assertFailed(
                startTlsFailure(c -> c.send("* OK ready")
                        .answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN")
                        .hang()),
                Stage.STARTTLS,
                Category.STARTTLS_UNAVAILABLE);
        assertFailed(
                startTlsFailure(c -> {
                    c.send("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready");
                    c.send(c.expect("STARTTLS") + " NO not today").hang();
                }),
                Stage.STARTTLS,
                Category.STARTTLS_UNAVAILABLE);
    }

    @Test
    void refusesBytesThatWereInjectedBehindStartTls() {
        assertFailed(
                startTlsFailure(c -> {
                    c.send("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready");
                    String tag = c.expect("STARTTLS");
                    c.sendRaw(tag + " OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")
                            .hang();
                }),
                Stage.STARTTLS,
                Category.STARTTLS_INJECTION);
    }

    @Test
    void forgetsWhatWasSaidBeforeTls() throws Exception {
        try (ScriptedImapServer server = ScriptedImapServer.plain(c -> {
            c.send("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED X-BEFORE] ready");
            c.send(c.expect("STARTTLS") + " OK go");
            c.startTls(TLS);
            c.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN");
            c.send(c.expect("AUTHENTICATE PLAIN") + " OK in");
            c.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 X-AFTER").hang();
        })) {
            ImapSession session = LocalServers.patient().connect(LocalServers.startTls(server.port()), CREDENTIALS);
            assertThat(session.capabilities()).containsExactlyInAnyOrder("IMAP4REV1", "X-AFTER");
            session.abort();
            assertThat(server.failures()).isEmpty();
        }
    }

    @Test
    void checksTheCertificateAfterStartTls() {
        assertFailed(
                startTlsFailure(c -> {
                    c.send("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready");
                    c.send(c.expect("STARTTLS") + " OK go");
                    c.startTls(LocalServers.AUTHORITY.wrongHost().serverContext());
                }),
                Stage.CERTIFICATE,
                Category.CERTIFICATE_WRONG_HOST);
    }

    @Test
    void refusesPreauth() {
        assertFailed(
                startTlsFailure(c -> c.send("* PREAUTH welcome back").hang()),
                Stage.GREETING,
                Category.PREAUTH_REFUSED);
        assertFailed(
                tlsFailure(c -> c.send("* PREAUTH welcome back").hang()), Stage.GREETING, Category.PREAUTH_REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 mail.example.com ESMTP", "HTTP/1.1 400 Bad Request", "+OK POP3", "SSH-2.0-x", ""})
    void tellsAnotherProtocol(String greeting) {
        MailException failure = tlsFailure(c -> c.send(greeting).hang());

        assertFailed(failure, Stage.GREETING, Category.NOT_THE_PROTOCOL);
        assertThat(failure.serverText()).isNull();
        assertThat(failure.responseCode()).isNull();
    }

    @Test
    void readsAByeInsteadOfAGreeting() {
        MailException busy = tlsFailure(
                c -> c.send("* BYE [UNAVAILABLE] too many connections").close());
        MailException down = tlsFailure(c -> c.send("* BYE see you").close());

        assertFailed(busy, Stage.GREETING, Category.THROTTLED);
        assertFailed(down, Stage.GREETING, Category.UNAVAILABLE);
        assertThat(busy.serverText()).as("no banner before the log-in").isNull();
    }

    @Test
    void readsAByeInsteadOfTheEndOfTheLogin() {
        MailException failure = tlsFailure(c -> {
            c.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready");
            c.expect("AUTHENTICATE PLAIN");
            c.send("* BYE Too many simultaneous connections").close();
        });

        assertFailed(failure, Stage.LOGIN, Category.THROTTLED);
    }

    @Test
    void endsAServerThatHangsAtAnyStage() {
        assertFailed(slowTlsFailure(c -> c.hang()), Stage.GREETING, Category.GREETING_TIMEOUT);
        assertFailed(slowTlsFailure(c -> c.send("* OK ready").hang()), Stage.GREETING, Category.GREETING_TIMEOUT);
        assertFailed(
                slowTlsFailure(c ->
                        c.send("* OK [CAPABILITY AUTH=PLAIN SASL-IR] ready").hang()),
                Stage.LOGIN,
                Category.DEADLINE_EXCEEDED);
        try (ScriptedImapServer server = ScriptedImapServer.plain(
                c -> c.send("* OK [CAPABILITY STARTTLS] ready").hang())) {
            assertFailed(
                    failure(LocalServers.startTls(server.port()), LocalServers.impatient()),
                    Stage.STARTTLS,
                    Category.DEADLINE_EXCEEDED);
        }
    }

    @Test
    void endsAGreetingThatDrips() {
        long start = System.nanoTime();
        MailException failure = slowTlsFailure(c -> {
            for (int i = 0; i < 200; i++) {
                c.sendRaw("*");
                Thread.sleep(50);
            }
        });

        assertFailed(failure, Stage.GREETING, Category.GREETING_TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void endsALoginThatSaysTooMuch() {
        assertFailed(
                tlsFailure(c -> {
                    c.send("* OK ready");
                    while (true) {
                        c.send("* OK " + "x".repeat(900));
                    }
                }),
                Stage.GREETING,
                Category.LIMIT_EXCEEDED);
        assertFailed(
                tlsFailure(c -> {
                    while (true) {
                        c.sendRaw("x".repeat(900));
                    }
                }),
                Stage.GREETING,
                Category.LIMIT_EXCEEDED);
    }
}
