package dev.mailroom.account.verification;

import static dev.mailroom.account.verification.VerifyScene.AUTHORITY;
import static dev.mailroom.account.verification.VerifyScene.GOOD;
import static dev.mailroom.account.verification.VerifyScene.summary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.testkit.imap.ScriptedImapServer;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer.Mode;
import dev.mailroom.testkit.smtp.SmtpFault;
import dev.mailroom.testkit.smtp.SmtpStep;
import dev.mailroom.testkit.tls.ServerCertificate;
import dev.mailroom.testkit.tls.TestCertificates;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of the diagnosis table for SMTP. */
class SmtpDiagnosisTest {
    private final VerifyScene scene = VerifyScene.patient();

    @AfterEach
    void closeScene() throws Exception {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void logsInOnce(Mode mode) {
        ScriptedSmtpServer smtp = start(mode);

        assertThat(summary(scene.smtp(smtp.port(), Encryption.valueOf(mode.name()))))
                .isEqualTo("ok ok");
        assertThat(smtp.commands().stream().filter(line -> line.startsWith("AUTH")))
                .hasSize(1);
    }

    @Test
    void findsTheOtherEncryptionOnTheSamePort() throws Exception {
        ScriptedSmtpServer starttls = start(Mode.STARTTLS);
        LegDiagnosis notTls = scene.smtp(starttls.port(), Encryption.TLS);
        assertThat(summary(notTls)).isEqualTo("tls not_tls");
        assertThat(notTls.suggestion()).isEqualTo(new Suggestion(starttls.port(), Encryption.STARTTLS));

        try (VerifyScene impatient = VerifyScene.impatient()) {
            ScriptedSmtpServer tls = start(Mode.TLS);
            LegDiagnosis silent = impatient.smtp(tls.port(), Encryption.STARTTLS);
            assertThat(summary(silent)).isEqualTo("greeting greeting_timeout");
            assertThat(silent.suggestion()).isEqualTo(new Suggestion(tls.port(), Encryption.TLS));
            assertThat(tls.commands()).noneMatch(line -> line.startsWith("AUTH"));
        }
    }

    @Test
    void findsTheStandardPortBehindOneWithoutALogIn() {
        ScriptedSmtpServer relay = start(Mode.STARTTLS).mechanisms();
        ScriptedSmtpServer submission = start(Mode.STARTTLS);
        scene.standard(Leg.SMTP, Encryption.STARTTLS, submission.port());

        LegDiagnosis smtp = scene.smtp(relay.port(), Encryption.STARTTLS);

        assertThat(summary(smtp)).isEqualTo("login auth_mechanism_missing");
        assertThat(smtp.suggestion()).isEqualTo(new Suggestion(submission.port(), Encryption.STARTTLS));
        assertThat(submission.commands()).contains("STARTTLS").doesNotContain("AUTH ***");
    }

    @Test
    void saysThatSmtpAuthIsSwitchedOffWhereNoLogInIsOffered() {
        LegDiagnosis smtp = scene.smtp(start(Mode.STARTTLS).mechanisms().port(), Encryption.STARTTLS);

        assertThat(summary(smtp)).isEqualTo("login auth_mechanism_missing");
        assertThat(smtp.suggestion()).isNull();
        assertThat(smtp.hint()).contains("SMTP AUTH");
    }

    static Stream<Arguments> certificates() {
        return Stream.of(
                Arguments.of("certificate certificate_expired", AUTHORITY.expired("127.0.0.1")),
                Arguments.of("certificate certificate_wrong_host", AUTHORITY.wrongHost()),
                Arguments.of("certificate certificate_self_signed", TestCertificates.selfSigned("127.0.0.1")),
                Arguments.of(
                        "certificate certificate_untrusted",
                        TestCertificates.create().server("127.0.0.1")));
    }

    @ParameterizedTest
    @MethodSource("certificates")
    void namesWhatIsWrongWithACertificate(String expected, ServerCertificate certificate) {
        for (Mode mode : Mode.values()) {
            ScriptedSmtpServer smtp = scene.open(ScriptedSmtpServer.start(mode, certificate.serverContext()));

            assertThat(summary(scene.smtp(smtp.port(), Encryption.valueOf(mode.name()))))
                    .isEqualTo(expected);
            assertThat(smtp.commands()).noneMatch(line -> line.startsWith("AUTH"));
        }
    }

    static Stream<Arguments> beforeTheLogIn() {
        return Stream.of(
                Arguments.of("starttls starttls_unavailable", SmtpStep.EHLO, SmtpFault.reply("250 scripted.test")),
                Arguments.of(
                        "starttls starttls_unavailable",
                        SmtpStep.STARTTLS,
                        SmtpFault.reply("454 4.7.0 TLS not available")),
                Arguments.of("starttls starttls_injection", SmtpStep.STARTTLS, new SmtpFault.Inject("250-AUTH PLAIN")),
                Arguments.of(
                        "greeting throttled 4.7.0",
                        SmtpStep.GREETING,
                        SmtpFault.reply("421 4.7.0 Too many connections")),
                Arguments.of(
                        "greeting unavailable 554", SmtpStep.GREETING, SmtpFault.reply("554 no secret banner text")),
                Arguments.of("greeting not_the_protocol", SmtpStep.GREETING, SmtpFault.reply("* OK IMAP4rev1 ready")),
                Arguments.of("greeting not_the_protocol", SmtpStep.GREETING, SmtpFault.reply("SSH-2.0-secret")),
                Arguments.of(
                        "greeting not_the_protocol", SmtpStep.GREETING, SmtpFault.reply("HTTP/1.1 400 Bad Request")),
                Arguments.of("greeting not_the_protocol", SmtpStep.EHLO, SmtpFault.reply("500 5.5.1 secret")),
                Arguments.of("greeting connection_lost", SmtpStep.GREETING, SmtpFault.drop()),
                Arguments.of("greeting limit_exceeded", SmtpStep.EHLO, new SmtpFault.FloodLines()),
                Arguments.of("greeting limit_exceeded", SmtpStep.GREETING, new SmtpFault.FloodLine()));
    }

    @ParameterizedTest
    @MethodSource("beforeTheLogIn")
    void namesWhatHappensBeforeTheLogIn(String expected, SmtpStep step, SmtpFault fault) {
        ScriptedSmtpServer smtp = start(Mode.STARTTLS).always(step, fault);

        LegDiagnosis diagnosis = scene.smtp(smtp.port(), Encryption.STARTTLS);

        assertThat(summary(diagnosis)).isEqualTo(expected);
        assertThat(diagnosis.toString()).doesNotContain("secret");
        assertThat(smtp.commands()).noneMatch(line -> line.startsWith("AUTH"));
    }

    @Test
    void isHeldUpByNoServerThatIsSilentOrDrips() throws Exception {
        try (VerifyScene impatient = VerifyScene.impatient()) {
            for (SmtpFault fault : List.of(SmtpFault.hang(), new SmtpFault.Drip())) {
                ScriptedSmtpServer smtp = start(Mode.TLS).always(SmtpStep.GREETING, fault);
                long start = System.nanoTime();

                assertThat(summary(impatient.smtp(smtp.port(), Encryption.TLS))).isEqualTo("greeting greeting_timeout");
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    535 5.7.8 secret banner text                                                             | login credentials_refused 5.7.8
                    535 5.7.3 Authentication unsuccessful                                                    | login credentials_refused 5.7.3
                    535 secret banner text                                                                   | login credentials_refused 535
                    535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.            | login credentials_refused 5.7.139
                    535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. | login protocol_disabled 5.7.139
                    535 5.7.139 Authentication unsuccessful, basic authentication is disabled.               | login protocol_disabled 5.7.139
                    530 5.7.57 Client not authenticated to send mail                                         | login protocol_disabled 5.7.57
                    534 5.7.9 Application-specific password required.                                        | login app_password_needed 5.7.9
                    535 5.7.8 Please use an app-specific password                                            | login app_password_needed 5.7.8
                    534 5.7.14 Please log in with your web browser                                           | login contact_admin 5.7.14
                    421 4.7.0 Too many login attempts                                                        | login throttled 4.7.0
                    454 4.7.0 Too many login attempts, please try again later                                | login throttled 4.7.0
                    454 4.7.0 Temporary authentication failure                                               | login unavailable 4.7.0
                    504 5.7.4 Unrecognized authentication type                                               | login auth_mechanism_missing 5.7.4
                    538 5.7.11 Encryption required for requested authentication mechanism                    | login privacy_required 5.7.11
                    530 5.7.0 Must issue a STARTTLS command first                                            | login privacy_required 5.7.0
                    """)
    void namesWhatARefusedLogInMeansAndShowsNothingButItsCode(String answer, String expected) {
        ScriptedSmtpServer smtp = start(Mode.TLS).always(SmtpStep.AUTH, SmtpFault.reply(answer));

        LegDiagnosis diagnosis = scene.smtp(smtp.port(), Encryption.TLS);

        assertThat(summary(diagnosis)).isEqualTo(expected);
        assertThat(diagnosis.toString()).doesNotContain("secret");
        assertThat(smtp.commands().stream().filter(line -> line.startsWith("AUTH")))
                .hasSize(1);
    }

    @Test
    void tellsAnImapServerOnThePort() {
        ScriptedImapServer imap = scene.open(ScriptedImapServer.tls(
                GOOD.serverContext(),
                connection -> connection.send("* OK IMAP4rev1 ready").hang()));

        assertThat(summary(scene.smtp(imap.port(), Encryption.TLS))).isEqualTo("greeting not_the_protocol");
    }

    private ScriptedSmtpServer start(Mode mode) {
        return scene.open(ScriptedSmtpServer.start(mode, GOOD.serverContext()));
    }
}
