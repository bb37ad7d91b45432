package dev.mailroom.mailclient.smtp;

import static dev.mailroom.mailclient.smtp.SmtpFixture.AUTHORITY;
import static dev.mailroom.mailclient.smtp.SmtpFixture.FROM;
import static dev.mailroom.mailclient.smtp.SmtpFixture.TO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.smtp.SmtpFault;
import dev.mailroom.testkit.smtp.SmtpStep;
import dev.mailroom.testkit.tls.ServerCertificate;
import dev.mailroom.testkit.tls.TestCertificates;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that breaks off, falls silent, floods or lies, at each step. */
class SmtpFaultTest {
    private final SmtpFixture smtp = new SmtpFixture(Encryption.STARTTLS);

    @AfterEach
    void stop() {
        smtp.close();
    }

    static Stream<Arguments> faultsBeforeTheDot() {
        List<SmtpStep> steps = List.of(
                SmtpStep.CONNECT,
                SmtpStep.GREETING,
                SmtpStep.EHLO,
                SmtpStep.STARTTLS,
                SmtpStep.AUTH,
                SmtpStep.MAIL,
                SmtpStep.RCPT,
                SmtpStep.DATA,
                SmtpStep.BODY);
        List<SmtpFault> faults = List.of(
                SmtpFault.drop(),
                SmtpFault.hang(),
                new SmtpFault.FloodLine(),
                new SmtpFault.FloodLines(),
                new SmtpFault.Drip());
        return steps.stream()
                .flatMap(step -> faults.stream()
                        .filter(fault -> step != SmtpStep.BODY || fault instanceof SmtpFault.Drop)
                        .map(fault -> Arguments.of(step, fault)));
    }

    @ParameterizedTest
    @MethodSource("faultsBeforeTheDot")
    void isCertainThatNothingWasSentBeforeTheDot(SmtpStep step, SmtpFault fault) throws Exception {
        smtp.server.always(step, fault);

        // Large enough that a server that drops in the middle is noticed while writing or at the dot's reply at the
        // latest.
        SmtpOutcome outcome = smtp.send(List.of(TO), SmtpFixture.mime("line of text\r\n".repeat(600_000)));

        assertThat(outcome).isInstanceOf(SmtpOutcome.Deferred.class);
        assertThat(smtp.phases).doesNotContain(SmtpPhase.DOT);
        assertThat(smtp.server.accepted()).isEmpty();
    }

    static Stream<Arguments> faultsAtTheDot() {
        List<SmtpFault> faults = List.of(
                SmtpFault.drop(),
                SmtpFault.hang(),
                new SmtpFault.FloodLine(),
                new SmtpFault.FloodLines(),
                new SmtpFault.Drip());
        return faults.stream()
                .flatMap(fault -> Stream.of(
                        Arguments.of(SmtpStep.BEFORE_ACCEPTANCE, fault),
                        Arguments.of(SmtpStep.AFTER_ACCEPTANCE, fault)));
    }

    @ParameterizedTest
    @MethodSource("faultsAtTheDot")
    void doesNotKnowWhatBecameOfAMessageWhoseDotHasNoAnswer(SmtpStep step, SmtpFault fault) throws Exception {
        smtp.server.always(step, fault);

        assertThat(smtp.send()).isInstanceOf(SmtpOutcome.Unknown.class);

        assertThat(smtp.server.dots()).isEqualTo(1);
        assertThat(smtp.server.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP", "HANG"})
    void isCertainOfTheAcceptanceWhateverFollows(After fault) throws Exception {
        smtp.server.always(SmtpStep.QUIT, fault == After.DROP ? SmtpFault.drop() : SmtpFault.hang());

        assertThat(smtp.send()).isInstanceOf(SmtpOutcome.Accepted.class);
        assertThat(smtp.server.accepted()).hasSize(1);
    }

    enum After {
        DROP,
        HANG
    }

    @Test
    void refusesPlainTextThatIsInjectedBehindStartTls() throws Exception {
        smtp.server.always(SmtpStep.STARTTLS, new SmtpFault.Inject("250-AUTH PLAIN"));

        SmtpOutcome outcome = smtp.send();

        assertThat(((SmtpOutcome.Deferred) outcome).reason()).isEqualTo("starttls_injection");
        assertThat(smtp.server.commands()).doesNotContain("AUTH ***");
    }

    @Test
    void refusesAServerThatTookStartTlsAway() throws Exception {
        smtp.server.always(SmtpStep.EHLO, SmtpFault.reply("250-scripted.test", "250 AUTH PLAIN LOGIN"));

        SmtpOutcome outcome = smtp.send();

        assertThat(((SmtpOutcome.Deferred) outcome).reason()).isEqualTo("starttls_unavailable");
        assertThat(smtp.server.commands()).containsExactly("EHLO [127.0.0.1]");
    }

    @Test
    void refusesAServerThatDeclinesStartTls() throws Exception {
        smtp.server.always(SmtpStep.STARTTLS, SmtpFault.reply("454 4.7.0 TLS not available"));

        assertThat(((SmtpOutcome.Deferred) smtp.send()).reason()).isEqualTo("starttls_unavailable");
        assertThat(smtp.server.commands()).doesNotContain("AUTH ***");
    }

    static Stream<Arguments> badCertificates() {
        return Stream.of(
                Arguments.of(AUTHORITY.wrongHost(), Category.CERTIFICATE_WRONG_HOST),
                Arguments.of(AUTHORITY.expired("127.0.0.1"), Category.CERTIFICATE_EXPIRED),
                Arguments.of(TestCertificates.selfSigned("127.0.0.1"), Category.CERTIFICATE_SELF_SIGNED),
                Arguments.of(TestCertificates.create().server("127.0.0.1"), Category.CERTIFICATE_UNTRUSTED));
    }

    @ParameterizedTest
    @MethodSource("badCertificates")
    void saysNothingToAServerWithAWrongCertificate(ServerCertificate certificate, Category category) throws Exception {
        for (Encryption encryption : Encryption.values()) {
            ScriptedSmtpServer.Mode mode =
                    encryption == Encryption.TLS ? ScriptedSmtpServer.Mode.TLS : ScriptedSmtpServer.Mode.STARTTLS;
            try (ScriptedSmtpServer server = ScriptedSmtpServer.start(mode, certificate.serverContext())) {
                // The second connection too: no trust is learned from the first.
                for (int i = 0; i < 2; i++) {
                    SmtpOutcome outcome = smtp.transport.send(
                            new Endpoint("127.0.0.1", server.port(), encryption),
                            SmtpFixture.credentials("ana"),
                            new SmtpEnvelope(FROM, List.of(TO)),
                            SmtpFixture.mime("x\r\n"),
                            SmtpPhaseListener.NONE);

                    assertThat(((SmtpOutcome.Deferred) outcome).reason()).isEqualTo(category.wireName());
                    assertThat(outcome.phase()).isEqualTo(SmtpPhase.TLS);
                }
                assertThat(server.commands()).doesNotContain("AUTH ***");
            }
        }
    }

    @Test
    void opensNoConnectionThatTheGuardForbids() throws Exception {
        SmtpTransport guarded = SmtpFixture.transport("");

        SmtpOutcome outcome = guarded.send(
                smtp.endpoint(),
                SmtpFixture.credentials("ana"),
                new SmtpEnvelope(FROM, List.of(TO)),
                SmtpFixture.mime("x\r\n"),
                SmtpPhaseListener.NONE);

        assertThat(((SmtpOutcome.Deferred) outcome).reason()).isEqualTo("address_not_allowed");
        assertThat(smtp.server.connections()).isZero();
    }

    @Test
    void endsBeforeTheDotWhenInterrupted() throws Exception {
        smtp.server.always(SmtpStep.DATA, SmtpFault.hang());

        assertThat(sendAndInterruptAt(SmtpPhase.DATA)).isInstanceOf(InterruptedException.class);
        assertThat(smtp.server.dots()).isZero();
    }

    @Test
    void doesNotClaimToKnowWhenInterruptedAtTheDot() throws Exception {
        smtp.server.always(SmtpStep.AFTER_ACCEPTANCE, SmtpFault.hang());

        assertThat(sendAndInterruptAt(SmtpPhase.DOT)).isInstanceOf(SmtpOutcome.Unknown.class);
    }

    private Object sendAndInterruptAt(SmtpPhase phase) throws InterruptedException {
        AtomicReference<Object> result = new AtomicReference<>();
        CountDownLatch reached = new CountDownLatch(1);
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                result.set(smtp.transport.send(
                        smtp.endpoint(),
                        SmtpFixture.credentials("ana"),
                        new SmtpEnvelope(FROM, List.of(TO)),
                        SmtpFixture.mime("x\r\n"),
                        entered -> {
                            if (entered == phase) {
                                reached.countDown();
                            }
                        }));
            } catch (InterruptedException stop) {
                result.set(stop);
            }
        });
        reached.await();
        if (phase == SmtpPhase.DOT) {
            Awaitility.await().until(() -> smtp.server.dots() == 1);
        }
        sender.interrupt();
        sender.join();
        return result.get();
    }

    @Test
    void verifiesALogIn() throws Exception {
        smtp.server.user("ana", "correct horse");

        smtp.transport.verify(smtp.endpoint(), SmtpFixture.credentials("ana"));

        assertThat(smtp.server.commands()).endsWith("QUIT");
    }

    @Test
    void saysWhyALogInCannotBeVerified() {
        smtp.server.user("ana", "another");
        assertThatThrownBy(() -> smtp.transport.verify(smtp.endpoint(), SmtpFixture.credentials("ana")))
                .isInstanceOfSatisfying(MailException.class, failure -> {
                    assertThat(failure.category()).isEqualTo(Category.CREDENTIALS_REFUSED);
                    assertThat(failure.responseCode()).isEqualTo("5.7.8");
                    assertThat(failure).hasMessageNotContainingAny("correct horse", "ana");
                });

        smtp.server.always(SmtpStep.GREETING, SmtpFault.hang());
        assertThatThrownBy(() -> smtp.transport.verify(smtp.endpoint(), SmtpFixture.credentials("ana")))
                .isInstanceOfSatisfying(
                        MailException.class,
                        failure -> assertThat(failure.category()).isEqualTo(Category.GREETING_TIMEOUT));

        smtp.server.heal().always(SmtpStep.GREETING, SmtpFault.reply("* OK IMAP4rev1 ready"));
        assertThatThrownBy(() -> smtp.transport.verify(smtp.endpoint(), SmtpFixture.credentials("ana")))
                .isInstanceOfSatisfying(
                        MailException.class,
                        failure -> assertThat(failure.category()).isEqualTo(Category.NOT_THE_PROTOCOL));
    }

    @Test
    void looksForAWayToLogInWithoutLoggingIn() throws Exception {
        smtp.transport.probe(smtp.endpoint());

        assertThat(smtp.server.commands()).contains("STARTTLS").doesNotContain("AUTH ***");

        smtp.server.mechanisms();
        assertThatThrownBy(() -> smtp.transport.probe(smtp.endpoint()))
                .isInstanceOfSatisfying(MailException.class, failure -> {
                    assertThat(failure.stage()).isEqualTo(Stage.LOGIN);
                    assertThat(failure.category()).isEqualTo(Category.AUTH_MECHANISM_MISSING);
                });
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("535 5.7.3 Authentication unsuccessful", Category.CREDENTIALS_REFUSED),
                Arguments.of(
                        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
                        Category.CREDENTIALS_REFUSED),
                Arguments.of(
                        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
                        Category.PROTOCOL_DISABLED),
                Arguments.of(
                        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
                        Category.PROTOCOL_DISABLED),
                Arguments.of(
                        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults"
                                + " policy.",
                        Category.PROTOCOL_DISABLED),
                Arguments.of("535 5.7.139 Authentication unsuccessful", Category.PROTOCOL_DISABLED),
                Arguments.of("530 5.7.57 Client not authenticated to send mail", Category.PROTOCOL_DISABLED),
                Arguments.of("530 5.7.0 Must issue a STARTTLS command first", Category.PRIVACY_REQUIRED),
                Arguments.of("504 5.7.4 Unrecognized authentication type", Category.AUTH_MECHANISM_MISSING),
                Arguments.of("534 5.7.9 Application-specific password required.", Category.APP_PASSWORD_NEEDED),
                Arguments.of("534 5.7.14 Please log in with your web browser", Category.CONTACT_ADMIN),
                Arguments.of("535 5.7.0 Too many bad auth attempts", Category.THROTTLED),
                Arguments.of("454 4.7.0 Too many login attempts, please try again later", Category.THROTTLED),
                Arguments.of("454 4.7.0 Temporary authentication failure", Category.UNAVAILABLE),
                Arguments.of("535 5.7.8 Invalid password, please try again", Category.CREDENTIALS_REFUSED),
                Arguments.of("535 authentication failed", Category.CREDENTIALS_REFUSED));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void readsWhatARefusalOfALogInMeans(String answer, Category meaning) {
        smtp.server.always(SmtpStep.AUTH, SmtpFault.reply(answer));

        assertThatThrownBy(() -> smtp.transport.verify(smtp.endpoint(), SmtpFixture.credentials("ana")))
                .isInstanceOfSatisfying(MailException.class, failure -> {
                    assertThat(failure.stage()).isEqualTo(Stage.LOGIN);
                    assertThat(failure.category()).isEqualTo(meaning);
                    assertThat(failure.responseCode()).isIn(answer.split(" ")[0], answer.split(" ")[1]);
                });
    }
}
