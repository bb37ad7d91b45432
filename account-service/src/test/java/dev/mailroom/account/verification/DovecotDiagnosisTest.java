package dev.mailroom.account.verification;

import static dev.mailroom.account.verification.VerifyScene.AUTHORITY;
import static dev.mailroom.account.verification.VerifyScene.GOOD;
import static dev.mailroom.account.verification.VerifyScene.summary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.imap.ImapConnector;
import dev.mailroom.mailclient.imap.ImapCredentials;
import dev.mailroom.mailclient.imap.ImapLimits;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.tls.ServerCertificate;
import dev.mailroom.testkit.tls.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of the diagnosis table on the real Dovecot. */
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class DovecotDiagnosisTest {
    private static DovecotServer good;

    private final VerifyScene scene = VerifyScene.patient();

    @BeforeAll
    static void startDovecot() throws Exception {
        good = DovecotServer.start(GOOD);
    }

    @AfterAll
    static void stopDovecot() {
        good.close();
    }

    @AfterEach
    void closeScene() throws Exception {
        scene.close();
    }

    @Test
    void logsInThroughTlsAndThroughStarttls() {
        assertThat(summary(scene.imap(good.tlsPort(), Encryption.TLS))).isEqualTo("ok ok");
        assertThat(summary(scene.imap(good.port(), Encryption.STARTTLS))).isEqualTo("ok ok");
    }

    @Test
    void namesAWrongPassword() {
        LegDiagnosis imap = scene.verify(
                        Kind.IMAP,
                        "ana@example.com",
                        "wrong",
                        VerifyScene.server("127.0.0.1", good.tlsPort(), Encryption.TLS),
                        scene.goodSmtp())
                .get(0);

        assertThat(summary(imap)).isEqualTo("login credentials_refused AUTHENTICATIONFAILED");
        assertThat(imap.suggestion()).isNull();
    }

    @Test
    void findsThatStarttlsWorksOnAPortThatWasTakenForTls() {
        LegDiagnosis imap = scene.imap(good.port(), Encryption.TLS);

        assertThat(summary(imap)).isEqualTo("tls not_tls");
        assertThat(imap.suggestion()).isEqualTo(new Suggestion(good.port(), Encryption.STARTTLS));
        assertThat(imap.hint()).contains("wrong port for the encryption", "STARTTLS on port " + good.port() + " works");
    }

    @Test
    void findsThatTlsWorksOnAPortThatWasTakenForStarttls() throws Exception {
        try (VerifyScene impatient = VerifyScene.impatient()) {
            LegDiagnosis imap = impatient.imap(good.tlsPort(), Encryption.STARTTLS);

            assertThat(summary(imap)).isEqualTo("greeting greeting_timeout");
            assertThat(imap.suggestion()).isEqualTo(new Suggestion(good.tlsPort(), Encryption.TLS));
            assertThat(imap.hint()).contains("TLS on port " + good.tlsPort() + " works");
        }
    }

    @Test
    void findsTheStandardPortBehindAClosedOne() {
        scene.standard(Leg.IMAP, Encryption.TLS, good.tlsPort());
        scene.standard(Leg.IMAP, Encryption.STARTTLS, good.port());

        LegDiagnosis imap = scene.imap(VerifyScene.closedPort(), Encryption.TLS);

        assertThat(summary(imap)).isEqualTo("connect connection_refused");
        assertThat(imap.suggestion()).isEqualTo(new Suggestion(good.tlsPort(), Encryption.TLS));
    }

    static Stream<Arguments> certificates() {
        return Stream.of(
                Arguments.of("certificate certificate_expired", AUTHORITY.expired("127.0.0.1")),
                Arguments.of("certificate certificate_expired", AUTHORITY.notYetValid("127.0.0.1")),
                Arguments.of("certificate certificate_wrong_host", AUTHORITY.wrongHost()),
                Arguments.of("certificate certificate_self_signed", TestCertificates.selfSigned("127.0.0.1")),
                Arguments.of(
                        "certificate certificate_untrusted",
                        TestCertificates.create().server("127.0.0.1")));
    }

    @ParameterizedTest
    @MethodSource("certificates")
    void namesWhatIsWrongWithACertificate(String expected, ServerCertificate certificate) throws Exception {
        try (DovecotServer dovecot = DovecotServer.start(certificate)) {
            for (LegDiagnosis imap : List.of(
                    scene.imap(dovecot.tlsPort(), Encryption.TLS), scene.imap(dovecot.port(), Encryption.STARTTLS))) {
                assertThat(summary(imap)).isEqualTo(expected);
                assertThat(imap.suggestion()).isNull();
            }
        }
    }

    @Test
    void sendsNothingToAServerWithoutStarttlsAndFindsItsTlsPort() throws Exception {
        try (DovecotServer plain = DovecotServer.start(GOOD, "ssl = no")) {
            LegDiagnosis alone = scene.imap(plain.port(), Encryption.STARTTLS);
            assertThat(summary(alone)).isEqualTo("starttls starttls_unavailable");
            assertThat(alone.suggestion()).isNull();

            scene.standard(Leg.IMAP, Encryption.TLS, good.tlsPort());
            assertThat(scene.imap(plain.port(), Encryption.STARTTLS).suggestion())
                    .isEqualTo(new Suggestion(good.tlsPort(), Encryption.TLS));
        }
    }

    @Test
    void namesAServerThatTakesNoPasswords() throws Exception {
        try (DovecotServer dovecot = DovecotServer.start(GOOD, "auth_mechanisms = cram-md5")) {
            LegDiagnosis imap = scene.imap(dovecot.tlsPort(), Encryption.TLS);

            assertThat(summary(imap)).isEqualTo("login auth_mechanism_missing");
            assertThat(imap.hint()).contains("no way to log in with a password");
        }
    }

    @Test
    void tellsALimitOfConnectionsFromAWrongPassword() throws Exception {
        try (DovecotServer dovecot = DovecotServer.start(GOOD, "mail_max_userip_connections = 1");
                ImapSession _ = session(dovecot)) {
            assertThat(summary(scene.imap(dovecot.tlsPort(), Encryption.TLS))).isEqualTo("login throttled LIMIT");
        }
    }

    @Test
    void namesAnInboxThatMayNotBeOpened() throws Exception {
        // The mail process of a server that root started is another user.
        Path rights = Files.createTempFile("dovecot-acl", "");
        try {
            Files.writeString(rights, "INBOX anyone\n");
            Files.setPosixFilePermissions(rights, PosixFilePermissions.fromString("rw-r--r--"));
            try (DovecotServer dovecot =
                    DovecotServer.start(GOOD, "mail_plugins = acl", "plugin {", "  acl = vfile:" + rights, "}")) {
                assertThat(summary(scene.imap(dovecot.tlsPort(), Encryption.TLS)))
                        .isEqualTo("select mailbox_refused");
            }
        } finally {
            Files.delete(rights);
        }
    }

    @Test
    void namesAServerThatCannotReachItsOwnStore() throws Exception {
        try (DovecotServer dovecot = DovecotServer.start(GOOD, "mail_location = maildir:/proc/none/%u")) {
            assertThat(summary(scene.imap(dovecot.tlsPort(), Encryption.TLS)))
                    .isEqualTo("select unavailable SERVERBUG");
        }
    }

    private static ImapSession session(DovecotServer dovecot) throws Exception {
        GuardedConnector connector = new GuardedConnector(
                OutboundPolicy.parse("127.0.0.1/32:1-65535"),
                new TrustedCertificates(List.of(AUTHORITY.authority())),
                NetworkTimeouts.defaults());
        return new ImapConnector(connector, ImapLimits.defaults())
                .connect(
                        new Endpoint("127.0.0.1", dovecot.tlsPort(), dev.mailroom.mailclient.net.Encryption.TLS),
                        new ImapCredentials(VerifyScene.USER, Secret.of(VerifyScene.PASSWORD)));
    }
}
