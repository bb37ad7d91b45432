package dev.mailroom.account.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.account.AccountInfrastructure;
import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.Certificate;
import dev.mailroom.account.mail.ImapServer;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import dev.mailroom.testkit.smtp.SmtpFault;
import dev.mailroom.testkit.smtp.SmtpStep;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every way in which a log-in fails, with the stage and category that a client sees. */
@QuarkusTest
class DiagnosisTest extends ServiceTest {
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void namesAWrongPasswordOnBothServers() {
        TestMailbox mailbox = mailbox();
        Map<String, Object> form = mailbox.form();
        form.put("password", "wrong");

        Failure failure = connectionFailed(form);

        assertThat(failure.imap()).isEqualTo("login credentials_refused");
        assertThat(failure.smtp()).isEqualTo("login credentials_refused");
        assertThat(failure.imapHint()).contains("app password");
        assertThat(failure.json().getString("diagnosis[0].code")).isEqualTo("AUTHENTICATIONFAILED");
        assertThat(mailbox.imap().logins()).isEqualTo(1);
    }

    @Test
    void tellsAnExchangeUserAboutTheDomain() {
        Map<String, Object> form = mailbox().form();
        form.put("kind", "exchange");
        form.put("password", "wrong");

        assertThat(connectionFailed(form).imapHint()).contains("DOMAIN\\username");
    }

    @Test
    void namesADomainThatIsMissingWithItsCategory() {
        Map<String, Object> form = mailbox().form();
        form.put("kind", "exchange");
        form.put("username", "ana");
        form.put("password", "wrong");

        Failure failure = connectionFailed(form);

        assertThat(failure.imap()).isEqualTo("login domain_user_needed");
        assertThat(failure.smtp()).isEqualTo("login domain_user_needed");
    }

    @Test
    void tellsAThrottledLogInFromAWrongPassword() {
        TestMailbox mailbox = mailbox();
        mailbox.imap().refusal("NO [LIMIT] Too many connections");
        Map<String, Object> form = mailbox.form();
        form.put("password", "wrong");

        assertThat(connectionFailed(form).imap()).isEqualTo("login throttled");
    }

    @Test
    void saysThatAnAppPasswordIsNeeded() {
        TestMailbox mailbox = mailbox();
        mailbox.imap().refusal("NO [ALERT] Application-specific password required");
        Map<String, Object> form = mailbox.form();
        form.put("password", "wrong");

        Failure failure = connectionFailed(form);

        assertThat(failure.imap()).isEqualTo("login app_password_needed");
        assertThat(failure.imapHint()).contains("app password");
    }

    @Test
    void saysThatImapIsSwitchedOff() {
        TestMailbox mailbox = mailbox();
        mailbox.imap().refusal("NO [AUTHENTICATIONFAILED] IMAP is disabled for this account");
        Map<String, Object> form = mailbox.form();
        form.put("password", "wrong");

        Failure failure = connectionFailed(form);

        assertThat(failure.imap()).isEqualTo("login protocol_disabled");
        assertThat(failure.imapHint()).contains("switched off");
    }

    @Test
    void saysThatNoMechanismFits() {
        TestMailbox mailbox = mailbox();
        mailbox.imap().capabilities("IMAP4rev1 LOGINDISABLED AUTH=GSSAPI");

        assertThat(connectionFailed(mailbox.form()).imap()).isEqualTo("login auth_mechanism_missing");
        assertThat(mailbox.imap().logins()).isZero();
    }

    @Test
    void saysThatTheInboxCannotBeOpened() {
        TestMailbox mailbox = mailbox();
        mailbox.imap().withoutInbox();

        assertThat(connectionFailed(mailbox.form()).imap()).isEqualTo("select mailbox_refused");
    }

    @Test
    void namesTheOtherEncryptionForAPortThatSpeaksPlainText() {
        TestMailbox mailbox = mailbox();
        ImapServer starttls = open(ImapServer.start(ImapServer.Mode.STARTTLS, Certificate.GOOD));
        Map<String, Object> form = mailbox.form();
        form.put("imap", TestMailbox.server(starttls.port(), "tls"));
        form.put("smtp", TestMailbox.server(mailbox.smtp().port(), "tls"));

        Failure failure = connectionFailed(form);

        assertThat(failure.imap()).isEqualTo("tls not_tls");
        assertThat(failure.smtp()).isEqualTo("tls not_tls");
        assertThat(failure.imapHint())
                .contains("wrong port for the encryption")
                .contains("STARTTLS on port " + starttls.port() + " works");
        assertThat(failure.json().getInt("diagnosis[0].suggestion.port")).isEqualTo(starttls.port());
        assertThat(failure.json().getString("diagnosis[0].suggestion.encryption"))
                .isEqualTo("starttls");
        assertThat(failure.json().getInt("diagnosis[1].suggestion.port"))
                .isEqualTo(mailbox.smtp().port());
        assertThat(starttls.logins()).isZero();
    }

    @Test
    void namesTheOtherEncryptionForAPortThatSpeaksTls() {
        TestMailbox mailbox = mailbox();
        ScriptedSmtpServer tls =
                open(ScriptedSmtpServer.start(ScriptedSmtpServer.Mode.TLS, Certificate.GOOD.context()));
        Map<String, Object> form = mailbox.form();
        form.put("imap", TestMailbox.server(mailbox.imap().port(), "starttls"));
        form.put("smtp", TestMailbox.server(tls.port(), "starttls"));

        Failure failure = connectionFailed(form);

        assertThat(failure.imap()).startsWith("greeting ");
        assertThat(failure.smtp()).startsWith("greeting ");
        assertThat(failure.imapHint()).contains("TLS on port " + mailbox.imap().port() + " works");
        assertThat(failure.smtpHint()).contains("TLS on port " + tls.port() + " works");
        assertThat(mailbox.imap().logins()).isZero();
    }

    @Test
    void refusesAServerWithoutStarttls() {
        TestMailbox mailbox = mailbox();
        ImapServer plain = open(ImapServer.start(ImapServer.Mode.PLAIN, Certificate.GOOD));
        Map<String, Object> form = mailbox.form();
        form.put("imap", TestMailbox.server(plain.port(), "starttls"));

        Failure failure = connectionFailed(form);

        assertThat(failure.imap()).isEqualTo("starttls starttls_unavailable");
        assertThat(failure.smtp()).isEqualTo("ok ok");
        assertThat(plain.logins()).isZero();
    }

    @Test
    void connectsThroughStarttls() {
        TestMailbox mailbox = open(TestMailbox.of(
                ImapServer.start(ImapServer.Mode.STARTTLS, Certificate.GOOD),
                ScriptedSmtpServer.start(ScriptedSmtpServer.Mode.TLS, Certificate.GOOD.context())));
        Map<String, Object> form = mailbox.form();
        form.put("imap", TestMailbox.server(mailbox.imap().port(), "starttls"));
        form.put("smtp", TestMailbox.server(mailbox.smtp().port(), "tls"));

        asAdmin().body(form).post("/v1/accounts").then().statusCode(201);
    }

    @Test
    void namesAnUnknownHost() {
        Map<String, Object> form = mailbox().form();
        form.put("imap", Map.of("host", "imap.mailroom.invalid", "port", 993, "encryption", "tls"));

        Failure failure = connectionFailed(form);

        assertThat(failure.imap()).isIn("dns unknown_host", "dns dns_timeout");
        assertThat(failure.imapHint()).contains("imap.mailroom.invalid");
    }

    @Test
    void namesAPortOnWhichNothingAnswers() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        Map<String, Object> form = mailbox().form();
        form.put("imap", TestMailbox.server(closed, "tls"));

        Failure failure = connectionFailed(form);

        assertThat(failure.imap()).isEqualTo("connect connection_refused");
        assertThat(failure.imapHint()).contains("993 with TLS, 143 with STARTTLS");
    }

    @Test
    void namesWhatIsWrongWithACertificate() {
        Map<Certificate, String> expected = Map.of(
                Certificate.SELF_SIGNED, "certificate certificate_self_signed",
                Certificate.EXPIRED, "certificate certificate_expired",
                Certificate.WRONG_HOST, "certificate certificate_wrong_host");
        expected.forEach((certificate, diagnosis) -> {
            TestMailbox mailbox = open(TestMailbox.of(
                    ImapServer.start(ImapServer.Mode.TLS, certificate),
                    ScriptedSmtpServer.start(ScriptedSmtpServer.Mode.STARTTLS, certificate.context())));

            Failure failure = connectionFailed(mailbox.form());

            assertThat(failure.imap()).isEqualTo(diagnosis);
            assertThat(failure.smtp()).isEqualTo(diagnosis);
            assertThat(mailbox.imap().logins()).isZero();
        });
    }

    @Test
    void refusesAnAddressThatIsNotAllowed() {
        for (String host :
                List.of("10.1.2.3", "192.168.0.1", "169.254.169.254", "127.0.0.2", "::ffff:10.1.2.3", "[fe80::1]")) {
            Map<String, Object> form = mailbox().form();
            form.put("imap", Map.of("host", host, "port", 993, "encryption", "tls"));

            Failure failure = connectionFailed(form);

            assertThat(failure.imap()).as(host).isEqualTo("address address_not_allowed");
            assertThat(failure.imapHint()).contains("MAILROOM_OUTBOUND_ALLOW").doesNotContain("/32:");
        }
    }

    @Test
    void saysOfAPortThatIsNoneOfMailThatItCanBeAllowed() {
        Map<String, Object> form = mailbox().form();
        form.put("imap", Map.of("host", "10.1.2.3", "port", 41_993, "encryption", "tls"));

        Failure failure = connectionFailed(form);

        assertThat(failure.imap()).isEqualTo("address address_not_allowed");
        assertThat(failure.imapHint())
                .contains("MAILROOM_OUTBOUND_ALLOW", "without ports means those of mail", "/32:41993", "/32:1-65535");
    }

    @Test
    void isNotHeldUpByServersThatHang() {
        TestMailbox mailbox = mailbox();
        mailbox.imap().greeting(ImapServer.Greeting.SILENCE);
        mailbox.smtp().always(SmtpStep.GREETING, SmtpFault.hang());

        long start = System.nanoTime();
        Failure failure = connectionFailed(mailbox.form());

        // Each server's own deadlines add up to this; one after the other would take longer.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AccountInfrastructure.VERIFY_MAX);
        assertThat(failure.imap()).isEqualTo("greeting greeting_timeout");
        assertThat(failure.smtp()).isEqualTo("greeting greeting_timeout");
    }

    @Test
    void cutsOffServersThatFlood() {
        TestMailbox mailbox = mailbox();
        mailbox.imap().greeting(ImapServer.Greeting.FLOOD);
        mailbox.smtp().always(SmtpStep.EHLO, new SmtpFault.FloodLines());

        Failure failure = connectionFailed(mailbox.form());

        assertThat(failure.imap()).isEqualTo("greeting limit_exceeded");
        assertThat(failure.smtp()).endsWith(" limit_exceeded");
    }

    @Test
    void neverRepeatsWhatTheServerSaid() {
        TestMailbox mailbox = mailbox();
        Map<String, Object> form = mailbox.form();
        form.put("password", "wrong");

        String body = asAdmin()
                .body(form)
                .post("/v1/accounts")
                .then()
                .statusCode(422)
                .extract()
                .asString();

        assertThat(body).doesNotContain("secret banner text");
    }

    @Test
    void answersVerifyWithTheSameDiagnosis() {
        Map<String, Object> form = mailbox().form();
        form.put("password", "wrong");

        JsonPath answer = asAdmin()
                .body(form)
                .post("/v1/accounts/verify")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        assertThat(answer.getBoolean("ok")).isFalse();
        assertThat(answer.getList("diagnosis.category", String.class))
                .containsExactly("credentials_refused", "credentials_refused");
    }

    private record Failure(JsonPath json) {
        String imap() {
            return json.getString("diagnosis[0].stage") + " " + json.getString("diagnosis[0].category");
        }

        String smtp() {
            return json.getString("diagnosis[1].stage") + " " + json.getString("diagnosis[1].category");
        }

        String imapHint() {
            return json.getString("diagnosis[0].hint");
        }

        String smtpHint() {
            return json.getString("diagnosis[1].hint");
        }
    }

    private Failure connectionFailed(Map<String, Object> form) {
        JsonPath json = asAdmin()
                .body(form)
                .post("/v1/accounts")
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .extract()
                .jsonPath();
        assertThat(json.getString("type")).isEqualTo("https://mailroom.dev/problems/connection-failed");
        assertThat(asAdmin().get("/v1/accounts").jsonPath().getList("data")).isEmpty();
        return new Failure(json);
    }

    private TestMailbox mailbox() {
        return open(TestMailbox.start());
    }

    private <T extends AutoCloseable> T open(T closeable) {
        open.add(closeable);
        return closeable;
    }
}
