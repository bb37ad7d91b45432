package dev.mailroom.send;

import static org.hamcrest.Matchers.is;

import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Ana's account at a server with a script, and mail that she sends. */
@SuppressWarnings("NullAway.Init")
public abstract class AnasAccount {
    protected static final String PATH = "/v1/outgoing";
    protected static final String BO = "bo@example.org";
    protected static final String IN_AN_HOUR = Instant.now().plusSeconds(3_600).toString();

    protected SendScenario scenario;
    protected SendScenario.Account ana;

    @BeforeEach
    protected void connectAna() {
        scenario = new SendScenario(ScriptedSmtpServer.Mode.TLS);
        ana = scenario.account("ana@example.com");
    }

    @AfterEach
    protected void closeScenario() {
        scenario.close();
    }

    /** Mail that waits; it may be changed. */
    protected final Map<String, Object> scheduled() {
        Map<String, Object> mail = new HashMap<>(SendScenario.mail(ana, BO));
        mail.put("send_at", IN_AN_HOUR);
        return mail;
    }

    protected final UUID schedule() {
        return schedule(scheduled());
    }

    /** Mail that waits and is not sent if somebody answers before. */
    protected final UUID followUp(UUID conversation) {
        Map<String, Object> mail = scheduled();
        mail.put("auto_followup", true);
        mail.put("conversation", conversation);
        return schedule(mail);
    }

    private UUID schedule(Map<String, Object> mail) {
        return UUID.fromString(scenario.member()
                .body(mail)
                .post(PATH)
                .then()
                .statusCode(202)
                .body("state", is("scheduled"))
                .extract()
                .jsonPath()
                .getString("id"));
    }
}
