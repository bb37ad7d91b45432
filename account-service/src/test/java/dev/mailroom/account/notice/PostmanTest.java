package dev.mailroom.account.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer.Mode;
import dev.mailroom.testkit.smtp.SmtpFault;
import dev.mailroom.testkit.smtp.SmtpStep;
import dev.mailroom.testkit.tls.TestCertificates;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that speaks SMTP and misbehaves on request. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PostmanTest {
    private static final String PASSWORD = "canary-5b1f-notice";
    private static final UUID ID = UUID.fromString("0199d2a0-0000-7000-8000-000000000001");

    @TempDir
    static Path folder;

    private static final TestCertificates AUTHORITY = TestCertificates.create();
    private static Vertx vertx;
    private static Path ca;
    private static Path secret;

    private ScriptedSmtpServer server = good(Mode.TLS);

    @BeforeAll
    static void begin() throws IOException {
        vertx = Vertx.vertx();
        ca = AUTHORITY.writeAuthority(folder);
        secret = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    }

    @AfterAll
    static void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void sendsOverTlsAfterLoggingIn(Mode mode) throws Exception {
        serve(good(mode));

        assertThat(send(settings(mode))).isEqualTo(new Delivery.Accepted());

        assertThat(server.accepted()).singleElement().satisfies(mail -> {
            assertThat(mail.user()).isEqualTo("mailroom");
            assertThat(mail.from()).isEqualTo("mailroom@system.example");
            assertThat(mail.recipients()).containsExactly("ana@example.com");
            assertThat(mail.text())
                    .contains("From: Mailroom <mailroom@system.example>\r\n")
                    .contains("To: <ana@example.com>\r\n")
                    .contains("Subject: Hello from a test\r\n")
                    .contains("Auto-Submitted: auto-generated\r\n")
                    .contains("Message-ID: <" + ID + "@system.example>\r\n")
                    .contains("Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n")
                    .contains("Content-Type: text/plain")
                    .contains("Content-Type: text/html");
            assertThat(mail.text().replace("\r\n", "")).doesNotContain("\n").doesNotContain("\r");
        });
        assertThat(server.commands()).contains("EHLO system.example");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void refusesACertificateOfAnotherHostTheFirstAndTheSecondTime(Mode mode) throws Exception {
        serve(server(mode, AUTHORITY.wrongHost().serverContext()));
        Postman postman = new Postman(vertx, settings(mode).smtp());

        for (int i = 0; i < 3; i++) {
            assertThat(postman.send(mail("ana@example.com", "Hello")))
                    .isEqualTo(new Delivery.NotSent("tls_failed", false));
        }
        assertThat(server.accepted()).isEmpty();
        assertThat(server.commands()).doesNotContain("AUTH ***");
    }

    @ParameterizedTest
    @ValueSource(strings = {"expired", "self_signed", "foreign_authority"})
    void refusesACertificateThatIsNotGood(String kind) throws Exception {
        serve(server(
                Mode.TLS,
                switch (kind) {
                    case "expired" ->
                        AUTHORITY.expired("127.0.0.1", "localhost").serverContext();
                    case "self_signed" ->
                        TestCertificates.selfSigned("127.0.0.1").serverContext();
                    default -> TestCertificates.create().server("127.0.0.1").serverContext();
                }));

        assertThat(send(settings(Mode.TLS))).isEqualTo(new Delivery.NotSent("tls_failed", false));
        assertThat(server.accepted()).isEmpty();
    }

    @Test
    void trustsOnlyTheSystemsAuthoritiesUnlessToldOtherwise() throws Exception {
        Settings settings = Settings.at("127.0.0.1", server.port(), ca, "mailroom", secret);
        Settings system = new Settings(
                "127.0.0.1",
                server.port(),
                NoticeConfig.Encryption.TLS,
                null,
                "mailroom",
                secret,
                NoticeConfig.Mechanism.PLAIN,
                Duration.ofSeconds(5),
                10,
                600,
                60);

        assertThat(send(system)).isEqualTo(new Delivery.NotSent("tls_failed", false));
        assertThat(send(settings)).isEqualTo(new Delivery.Accepted());
    }

    @Test
    void sendsNothingToAServerWithoutStartTls() throws Exception {
        serve(good(Mode.STARTTLS).always(SmtpStep.EHLO, SmtpFault.reply("250-scripted.test", "250 AUTH PLAIN LOGIN")));

        assertThat(send(settings(Mode.STARTTLS))).isInstanceOf(Delivery.NotSent.class);

        assertThat(server.commands()).doesNotContain("AUTH ***").noneMatch(line -> line.startsWith("MAIL"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "hang", "plain text"})
    void sendsNothingWhenStartTlsComesToNothing(String fault) throws Exception {
        serve(good(Mode.STARTTLS)
                .always(
                        SmtpStep.STARTTLS,
                        switch (fault) {
                            case "drop" -> SmtpFault.drop();
                            case "hang" -> SmtpFault.hang();
                            default -> new SmtpFault.Inject("454 4.7.0 TLS not available\r\n".repeat(50));
                        }));

        assertThat(send(settings(Mode.STARTTLS).within(Duration.ofSeconds(2)))).isInstanceOf(Delivery.NotSent.class);

        assertThat(server.commands()).doesNotContain("AUTH ***").noneMatch(line -> line.startsWith("MAIL"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "250-AUTH PLAIN",
                "250 AUTH PLAIN",
                "250-SIZE 1",
                "235 2.7.0 welcome",
                "250 ok\r\n235 welcome\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken"
            })
    void believesNoPlainTextThatStandsBehindTheAnswerToStartTls(String injected) throws Exception {
        serve(good(Mode.STARTTLS).always(SmtpStep.STARTTLS, new SmtpFault.Inject(injected)));

        Delivery delivery = send(settings(Mode.STARTTLS).within(Duration.ofSeconds(2)));

        // A message counts as sent only if the server has it, and whoever tampers learns no password.
        if (delivery instanceof Delivery.Accepted) {
            assertThat(server.accepted()).hasSize(1);
        } else {
            assertThat(server.accepted()).isEmpty();
        }
    }

    @Test
    void triesOneMechanismOnce() throws Exception {
        server.user("mailroom", "another password");

        assertThat(send(settings(Mode.TLS))).isEqualTo(new Delivery.NotSent("login_refused_535", false));

        assertThat(server.commands().stream().filter("AUTH ***"::equals)).hasSize(1);
    }

    @Test
    void usesTheMechanismThatIsSet() throws Exception {
        server.mechanisms("LOGIN");

        assertThat(send(settings(Mode.TLS))).isInstanceOf(Delivery.NotSent.class);
        assertThat(send(settings(Mode.TLS).withMechanism(NoticeConfig.Mechanism.LOGIN)))
                .isEqualTo(new Delivery.Accepted());
    }

    @Test
    void doesNotSendWithoutTheLogInThatIsSet() throws Exception {
        server.mechanisms();

        assertThat(send(settings(Mode.TLS))).isInstanceOf(Delivery.NotSent.class);

        assertThat(server.accepted()).isEmpty();
    }

    @Test
    void readsThePasswordForEachMail() throws Exception {
        Path changing = folder.resolve("changing");
        Settings settings = Settings.at("127.0.0.1", server.port(), ca, "mailroom", changing);
        Files.writeString(changing, "wrong");
        Postman postman = new Postman(vertx, settings.smtp());
        assertThat(postman.send(mail("ana@example.com", "Hello"))).isInstanceOf(Delivery.NotSent.class);

        Files.writeString(changing, PASSWORD);

        assertThat(postman.send(mail("ana@example.com", "Hello"))).isEqualTo(new Delivery.Accepted());
        Files.delete(changing);
        assertThat(postman.send(mail("ana@example.com", "Hello")))
                .isEqualTo(new Delivery.NotSent("password_file_unreadable", false));
    }

    /** Before the message is begun the server cannot have it; from then on nobody knows, unless it answers. */
    @ParameterizedTest
    @CsvSource({
        "CONNECT, drop, NotSent",
        "GREETING, drop, NotSent",
        "GREETING, hang, NotSent",
        "EHLO, drop, NotSent",
        "AUTH, drop, NotSent",
        "AUTH, hang, NotSent",
        "MAIL, drop, Uncertain",
        "DATA, hang, Uncertain",
        "BODY, drop, Uncertain",
        "BEFORE_ACCEPTANCE, drop, Uncertain",
        "AFTER_ACCEPTANCE, drop, Uncertain",
        "AFTER_ACCEPTANCE, hang, Uncertain",
        "QUIT, drop, Accepted",
        "QUIT, hang, Accepted",
    })
    void knowsWhatItDoesNotKnow(SmtpStep step, String fault, String outcome) throws Exception {
        server.always(step, fault.equals("drop") ? SmtpFault.drop() : SmtpFault.hang());

        Delivery delivery = send(settings(Mode.TLS).within(Duration.ofSeconds(2)));

        assertThat(delivery.getClass().getSimpleName()).isEqualTo(outcome);
        assertThat(server.accepted()).hasSize(step == SmtpStep.AFTER_ACCEPTANCE || step == SmtpStep.QUIT ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "GREETING, 421 4.3.2 later, refused_421, false",
        "MAIL, 451 4.3.0 later, refused_451, false",
        "MAIL, 530 5.7.0 log in, login_refused_530, false",
        "RCPT, 550 5.1.1 nobody, refused_550, true",
        "RCPT, 450 4.2.0 later, refused_450, false",
        "DATA, 554 5.7.1 no, refused_554, true",
        "BEFORE_ACCEPTANCE, 554 5.7.1 spam, refused_554, true",
        "BEFORE_ACCEPTANCE, 452 4.3.1 full, refused_452, false"
    })
    void takesARefusalForWhatItIs(SmtpStep step, String reply, String why, boolean lasting) throws Exception {
        if (step == SmtpStep.BEFORE_ACCEPTANCE) {
            server.always(SmtpStep.AFTER_ACCEPTANCE, SmtpFault.reply(reply));
        } else {
            server.always(step, SmtpFault.reply(reply));
        }

        assertThat(send(settings(Mode.TLS))).isEqualTo(new Delivery.NotSent(why, lasting));
    }

    @Test
    void saysWhenNobodyAnswers() throws Exception {
        Settings settings = settings(Mode.TLS);
        server.close();

        assertThat(send(settings)).isEqualTo(new Delivery.NotSent("not_reachable", false));
        assertThat(send(settings.host("no-such-host.invalid"))).isEqualTo(new Delivery.NotSent("unknown_host", false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ana@example.com\r\nBcc: eve@evil.example",
                "ana@example.com>\r\nRCPT TO:<eve@evil.example",
                "ana@example.com, eve@evil.example",
                "Ana <ana@example.com>",
                "ana@example.com (Ana)",
                "änä@example.com",
                "\"ana x\"@example.com",
                "ana",
                "",
                "@example.com"
            })
    void sendsToNothingButOnePlainAddress(String recipient) throws Exception {
        Postman postman = new Postman(vertx, settings(Mode.TLS).smtp());

        assertThat(postman.send(mail(recipient, "Hello"))).isEqualTo(new Delivery.NotSent("not_sendable", true));

        assertThat(server.connections()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hello\r\nBcc: eve@evil.example", "Hello\nX: y", "Grüße", "a\0b"})
    void sendsNoSubjectThatIsNotOneLineOfAscii(String subject) throws Exception {
        Postman postman = new Postman(vertx, settings(Mode.TLS).smtp());

        assertThat(postman.send(mail("ana@example.com", subject)))
                .isEqualTo(new Delivery.NotSent("not_sendable", true));
    }

    @Test
    void sendsToAnInternationalDomain() throws Exception {
        Postman postman = new Postman(vertx, settings(Mode.TLS).smtp());

        postman.send(mail("ana@bücher.example", "Hello"));

        assertThat(server.accepted().getFirst().recipients()).containsExactly("ana@xn--bcher-kva.example");
    }

    @Test
    void keepsDotsAndLongLinesAndOtherLetters() throws Exception {
        String text = ".\n..\nüber " + "x".repeat(2_000) + "\n.\n";
        Postman postman = new Postman(vertx, settings(Mode.TLS).smtp());

        postman.send(new Postman.Mail(ID, "ana@example.com", "Hello", text, "<p>ü</p>", Instant.now()));

        assertThat(server.accepted()).singleElement().satisfies(mail -> {
            assertThat(mail.text().lines().mapToInt(String::length).max().orElse(0))
                    .isLessThanOrEqualTo(998);
            assertThat(mail.text()).contains("\r\n.\r\n..\r\n=C3=BCber");
        });
    }

    @Test
    void leavesNoConnectionOpen() throws Exception {
        Postman postman = new Postman(vertx, settings(Mode.TLS).smtp());
        for (int i = 0; i < 5; i++) {
            postman.send(mail("ana@example.com", "Hello"));
        }

        assertThat(server.connections()).isEqualTo(5);
        assertThat(server.mostOpen()).isLessThanOrEqualTo(2);
    }

    @Test
    void saysWhichSettingIsWrongAndNoPassword() {
        Settings settings = settings(Mode.TLS);
        assertThat(settings.smtp().toString()).doesNotContain(PASSWORD);
        assertThatThrownBy(() -> settings.host("a b").smtp()).hasMessageContaining("host");
        assertThatThrownBy(() ->
                        Settings.at("localhost", 70_000, ca, "mailroom", secret).smtp())
                .hasMessageContaining("port");
        assertThatThrownBy(() -> Settings.at("localhost", 0, ca, "mailroom", folder.resolve("none"))
                        .smtp())
                .hasMessageContaining("password-file");
        assertThat(SmtpSettings.of(Settings.off())).isEmpty();
        assertThat(Settings.at("localhost", 0, ca, "mailroom", secret).smtp().port())
                .isEqualTo(465);
        assertThat(Settings.at("localhost", 0, ca, "mailroom", secret)
                        .startTls()
                        .smtp()
                        .port())
                .isEqualTo(587);
    }

    private void serve(ScriptedSmtpServer other) {
        server.close();
        server = other;
    }

    private Delivery send(Settings settings) throws InterruptedException {
        return new Postman(vertx, settings.smtp()).send(mail("ana@example.com", "Hello from a test"));
    }

    private Settings settings(Mode mode) {
        Settings settings = Settings.at("127.0.0.1", server.port(), ca, "mailroom", secret);
        return mode == Mode.TLS ? settings : settings.startTls();
    }

    private static Postman.Mail mail(String recipient, String subject) {
        return new Postman.Mail(
                ID, recipient, subject, "Words.\n", "<p>Words.</p>\n", Instant.parse("2026-11-20T10:00:00Z"));
    }

    private static ScriptedSmtpServer good(Mode mode) {
        return server(mode, AUTHORITY.server("127.0.0.1", "localhost").serverContext());
    }

    private static ScriptedSmtpServer server(Mode mode, SSLContext context) {
        return ScriptedSmtpServer.start(mode, context).user("mailroom", PASSWORD);
    }
}
