package dev.mailroom.account.verification;

import static dev.mailroom.account.verification.VerifyScene.GOOD;
import static dev.mailroom.account.verification.VerifyScene.server;
import static dev.mailroom.account.verification.VerifyScene.summary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.testkit.imap.ImapScript;
import dev.mailroom.testkit.imap.ScriptedImapConnection;
import dev.mailroom.testkit.imap.ScriptedImapServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of the diagnosis table for IMAP that no well-behaved server shows. */
class ImapDiagnosisTest {
    private static final String BANNER = "secret banner text";

    private final VerifyScene scene = VerifyScene.patient();

    @AfterEach
    void closeScene() throws Exception {
        scene.close();
    }

    @Test
    void namesAHostThatDoesNotExist() {
        assertThat(summary(scene.imap(server(VerifyScene.UNKNOWN_HOST, 993, Encryption.TLS))))
                .isEqualTo("dns unknown_host");
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 993",
        "169.254.169.254, 143",
        "fd00:ec2::254, 993",
        "64:ff9b::a01:203, 993",
        "127.0.0.2, 993",
        "127.0.0.1, 995"
    })
    void reachesNoAddressAndNoPortThatIsNotAllowed(String host, int port) {
        assertThat(summary(scene.imap(server(host, port, Encryption.TLS)))).isEqualTo("address address_not_allowed");
    }

    @Test
    void findsTheStandardPortInsteadOfOneThatIsNotAllowed() {
        ScriptedImapServer tls = open(ScriptedImapServer.tls(GOOD.serverContext(), ImapDiagnosisTest::logIn));
        scene.standard(Leg.IMAP, Encryption.TLS, tls.port());

        LegDiagnosis imap = scene.imap(110, Encryption.STARTTLS);

        assertThat(summary(imap)).isEqualTo("address address_not_allowed");
        assertThat(imap.suggestion()).isEqualTo(new Suggestion(tls.port(), Encryption.TLS));
        assertThat(tls.received()).noneMatch(line -> line.contains("AUTHENTICATE"));
    }

    @Test
    void tellsAClosedPortFromAFilteredOne() throws Exception {
        LegDiagnosis closed = scene.imap(VerifyScene.closedPort(), Encryption.TLS);
        assertThat(summary(closed)).isEqualTo("connect connection_refused");
        assertThat(closed.hint()).contains("port is closed");

        try (VerifyScene impatient = VerifyScene.impatient()) {
            LegDiagnosis filtered = impatient.imap(impatient.filteredPort(), Encryption.TLS);
            assertThat(summary(filtered)).isEqualTo("connect connect_timeout");
            assertThat(filtered.hint()).contains("firewall");
        }
    }

    static Stream<Arguments> plainText() {
        ImapScript injection = connection -> {
            connection.send("* OK [CAPABILITY IMAP4rev1 STARTTLS] " + BANNER);
            String tag = connection.expect("STARTTLS");
            connection
                    .sendRaw(tag + " OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n")
                    .hang();
        };
        ImapScript stripped = connection -> {
            connection.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] " + BANNER);
            connection.hang();
        };
        ImapScript declined = connection -> {
            connection.send("* OK [CAPABILITY IMAP4rev1 STARTTLS] " + BANNER);
            String tag = connection.expect("STARTTLS");
            connection.send(tag + " NO " + BANNER).hang();
        };
        return Stream.of(
                Arguments.of("starttls starttls_injection", injection),
                Arguments.of("starttls starttls_unavailable", stripped),
                Arguments.of("starttls starttls_unavailable", declined),
                Arguments.of("greeting preauth_refused", greeting("* PREAUTH " + BANNER)),
                Arguments.of("greeting throttled", greeting("* BYE Too many connections, " + BANNER)),
                Arguments.of("greeting unavailable", greeting("* BYE " + BANNER)),
                Arguments.of("greeting not_the_protocol", greeting("SSH-2.0-" + BANNER)),
                Arguments.of("greeting not_the_protocol", greeting("220 mail ESMTP " + BANNER)),
                Arguments.of("greeting not_the_protocol", greeting("HTTP/1.1 400 Bad Request")),
                Arguments.of("greeting not_the_protocol", greeting("+OK POP3 " + BANNER)));
    }

    @ParameterizedTest
    @MethodSource("plainText")
    void namesWhatHappensBeforeTls(String expected, ImapScript script) {
        ScriptedImapServer plain = open(ScriptedImapServer.plain(script));

        LegDiagnosis imap = scene.imap(plain.port(), Encryption.STARTTLS);

        assertThat(summary(imap)).isEqualTo(expected);
        assertThat(imap.toString()).doesNotContain(BANNER);
        assertThat(plain.received()).noneMatch(line -> line.contains("AUTHENTICATE") || line.contains("LOGIN "));
    }

    @Test
    void tellsAServerThatIsNoMailServerFromAWrongEncryption() {
        ScriptedImapServer ssh = open(ScriptedImapServer.plain(greeting("SSH-2.0-" + BANNER)));

        LegDiagnosis imap = scene.imap(ssh.port(), Encryption.TLS);

        assertThat(summary(imap)).isEqualTo("tls not_the_protocol");
        assertThat(imap.hint()).contains("is not an IMAP server").doesNotContain(BANNER);
    }

    @Test
    void namesAServerWhoseTlsIsTooOld() {
        ScriptedImapServer old = open(ScriptedImapServer.plain(connection -> {
            connection.readBytes(5);
            // The alert protocol_version: what a server answers that knows TLS 1.1 at most.
            connection.sendRaw("\u0015\u0003\u0001\u0000\u0002\u0002\u0046").hang();
        }));

        assertThat(summary(scene.imap(old.port(), Encryption.TLS))).isEqualTo("tls tls_too_old");
    }

    @Test
    void findsTheTlsPortAfterAnAttackOnStarttls() {
        ScriptedImapServer attacked = open(ScriptedImapServer.plain(greeting("* PREAUTH " + BANNER)));
        ScriptedImapServer tls = open(ScriptedImapServer.tls(GOOD.serverContext(), ImapDiagnosisTest::logIn));
        scene.standard(Leg.IMAP, Encryption.TLS, tls.port());

        assertThat(scene.imap(attacked.port(), Encryption.STARTTLS).suggestion())
                .isEqualTo(new Suggestion(tls.port(), Encryption.TLS));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    NO [AUTHENTICATIONFAILED] secret banner text                      | login credentials_refused AUTHENTICATIONFAILED
                    NO [AUTHORIZATIONFAILED] secret banner text                       | login credentials_refused AUTHORIZATIONFAILED
                    NO [EXPIRED] secret banner text                                   | login credentials_refused EXPIRED
                    NO secret banner text                                             | login credentials_refused
                    NO [ALERT] Application-specific password required (Failure)       | login app_password_needed ALERT
                    NO [AUTHENTICATIONFAILED] Please generate an app password         | login app_password_needed AUTHENTICATIONFAILED
                    NO [ALERT] Your account is not enabled for IMAP use.              | login protocol_disabled ALERT
                    NO [AUTHENTICATIONFAILED] IMAP access is disabled                 | login protocol_disabled AUTHENTICATIONFAILED
                    NO [ALERT] You are yet to enable IMAP for your account            | login protocol_disabled ALERT
                    NO [LIMIT] secret banner text                                     | login throttled LIMIT
                    NO [AUTHENTICATIONFAILED] Too many login failures                 | login throttled AUTHENTICATIONFAILED
                    NO [ALERT] Too many simultaneous connections. (Failure)           | login throttled ALERT
                    NO [UNAVAILABLE] secret banner text                               | login unavailable UNAVAILABLE
                    NO [INUSE] secret banner text                                     | login unavailable INUSE
                    NO [SERVERBUG] secret banner text                                 | login unavailable SERVERBUG
                    NO [CONTACTADMIN] secret banner text                              | login contact_admin CONTACTADMIN
                    NO [NOPERM] secret banner text                                    | login contact_admin NOPERM
                    NO [REFERRAL imap://secret/] secret banner text                   | login contact_admin REFERRAL
                    NO [WEBALERT https://secret/] Web login required.                 | login contact_admin WEBALERT
                    NO [ALERT] Please log in via your web browser                     | login contact_admin ALERT
                    NO [PRIVACYREQUIRED] secret banner text                           | login privacy_required PRIVACYREQUIRED
                    NO [ALERT] Unsupported authentication mechanism.                  | login auth_mechanism_missing ALERT
                    NO [OPENSSH-BANNER] secret banner text                            | login credentials_refused
                    BAD secret banner text                                            | login command_refused
                    """)
    void namesWhatARefusedLogInMeansAndShowsNothingButAKnownCode(String answer, String expected) {
        ScriptedImapServer tls = open(ScriptedImapServer.tls(GOOD.serverContext(), refusing(answer)));

        LegDiagnosis imap = scene.imap(tls.port(), Encryption.TLS);

        assertThat(summary(imap)).isEqualTo(expected);
        assertThat(imap.toString()).doesNotContain("secret", "OPENSSH");
        assertThat(tls.received().stream().filter(line -> line.contains("AUTHENTICATE")))
                .hasSize(1);
    }

    @Test
    void saysThatAPasswordHasExpired() {
        ScriptedImapServer tls = open(ScriptedImapServer.tls(GOOD.serverContext(), refusing("NO [EXPIRED] x")));

        assertThat(scene.imap(tls.port(), Encryption.TLS).hint()).contains("expired");
    }

    @ParameterizedTest
    @CsvSource({
        "EXCHANGE, ana,                 login domain_user_needed AUTHENTICATIONFAILED,  DOMAIN\\username",
        "EXCHANGE, ana@example.com,     login domain_user_needed AUTHENTICATIONFAILED,  DOMAIN\\username",
        "EXCHANGE, CORP\\ana,           login credentials_refused AUTHENTICATIONFAILED, email address",
        "EXCHANGE, CORP\\ana\\support,  login credentials_refused AUTHENTICATIONFAILED, shared mailbox",
        "IMAP,     ana@example.com,     login credentials_refused AUTHENTICATIONFAILED, app password"
    })
    void tellsAUserNameWithoutADomainFromAWrongPassword(Kind kind, String username, String expected, String hint) {
        ScriptedImapServer tls = open(
                ScriptedImapServer.tls(GOOD.serverContext(), refusing("NO [AUTHENTICATIONFAILED] secret banner text")));
        scene.smtpServer().user(username, "another");

        LegDiagnosis imap = scene.verify(
                        kind, username, "wrong", server("127.0.0.1", tls.port(), Encryption.TLS), scene.goodSmtp())
                .get(0);

        assertThat(summary(imap)).isEqualTo(expected);
        assertThat(imap.hint()).contains(hint);
    }

    @Test
    void doesNotBlameAUserNameThatTheOtherServerTook() {
        ScriptedImapServer tls =
                open(ScriptedImapServer.tls(GOOD.serverContext(), refusing("NO [AUTHENTICATIONFAILED] no")));

        LegDiagnosis imap = scene.verify(
                        Kind.EXCHANGE,
                        "ana",
                        "right",
                        server("127.0.0.1", tls.port(), Encryption.TLS),
                        scene.goodSmtp())
                .get(0);

        assertThat(summary(imap)).isEqualTo("login credentials_refused AUTHENTICATIONFAILED");
        assertThat(imap.hint()).contains("SMTP server took the same user name and password", "IMAP (993 with TLS");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    NO [NOPERM] secret banner text                 | select mailbox_refused NOPERM
                    NO [NONEXISTENT] secret banner text            | select no_such_mailbox NONEXISTENT
                    NO secret banner text                          | select mailbox_refused
                    BAD User is authenticated but not connected.   | select unavailable
                    NO [LIMIT] secret banner text                  | select throttled LIMIT
                    NO [UNAVAILABLE] secret banner text            | select unavailable UNAVAILABLE
                    NO [READ-ONLY] secret banner text              | select read_only READ-ONLY
                    NO [OVERQUOTA] secret banner text              | select over_quota OVERQUOTA
                    NO [TOOBIG] secret banner text                 | select command_refused
                    """)
    void namesAnInboxThatCannotBeOpened(String answer, String expected) {
        ScriptedImapServer tls = open(ScriptedImapServer.tls(GOOD.serverContext(), connection -> {
            connection.logIn("IMAP4rev1");
            String tag = connection.expect("SELECT");
            connection.send(tag + " " + answer).answer("LOGOUT", "* BYE x");
        }));

        LegDiagnosis imap = scene.imap(tls.port(), Encryption.TLS);

        assertThat(summary(imap)).isEqualTo(expected);
        assertThat(imap.toString()).doesNotContain("secret");
    }

    @Test
    void isHeldUpByNoServerThatIsSilentDripsOrFloods() throws Exception {
        ImapScript drip = connection -> {
            while (connection.sendRaw("*") != null) {
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        };
        ImapScript flood = connection -> {
            while (connection.sendRaw("* OK never ends ".repeat(1_000)) != null) {
                continue;
            }
        };
        record Row(String expected, ImapScript script) {}
        List<Row> rows = List.of(
                new Row("greeting greeting_timeout", ScriptedImapConnection::hang),
                new Row("greeting greeting_timeout", drip),
                new Row("greeting limit_exceeded", flood),
                new Row("greeting connection_lost", ScriptedImapConnection::close));
        try (VerifyScene impatient = VerifyScene.impatient()) {
            for (Row row : rows) {
                ScriptedImapServer tls = impatient.open(ScriptedImapServer.tls(GOOD.serverContext(), row.script()));
                long start = System.nanoTime();

                assertThat(summary(impatient.imap(tls.port(), Encryption.TLS))).isEqualTo(row.expected());
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            }
        }
    }

    @Test
    void triesNothingElseWhereNoPlaceIsFree() throws Exception {
        ScriptedImapServer plain =
                open(ScriptedImapServer.plain(greeting("* OK [CAPABILITY IMAP4rev1 STARTTLS] " + BANNER)));
        try (VerifyScene full = VerifyScene.withPlaces(1)) {
            LegDiagnosis imap = full.imap(plain.port(), Encryption.TLS);

            assertThat(summary(imap)).isEqualTo("tls not_tls");
            assertThat(imap.suggestion()).isNull();
            assertThat(plain.connections()).isEqualTo(1);
        }
    }

    private static ImapScript greeting(String line) {
        return connection -> connection.send(line).hang();
    }

    private static ImapScript refusing(String answer) {
        return connection -> {
            connection.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] " + BANNER);
            String tag = connection.expect("AUTHENTICATE PLAIN");
            connection.send(tag + " " + answer).hang();
        };
    }

    private static void logIn(ScriptedImapConnection connection) throws IOException {
        connection
                .send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] " + BANNER)
                .hang();
    }

    private <T extends AutoCloseable> T open(T closeable) {
        return scene.open(closeable);
    }
}
