package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ConnectTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void connectsAMailboxAndSaysSoOnKafka() {
        String id = connect(mailbox)
                .statusCode(201)
                .header("Location", containsString("/v1/accounts/"))
                .body("kind", equalTo("imap"))
                .body("display_name", equalTo("Ana Silva"))
                .body("username", equalTo(mailbox.email()))
                .body("imap.port", equalTo(mailbox.imap().port()))
                .body("history", equalTo("1y"))
                .body("sharing.mode", equalTo("personal"))
                .body("sidebar", equalTo("pin_all"))
                .body("state", equalTo("connecting"))
                .body("capabilities.contacts", equalTo(false))
                .body("capabilities.calendar", equalTo(false))
                .body("capabilities.drafts", equalTo(false))
                .body("capabilities.push", equalTo("idle"))
                .body("created_at", notNullValue())
                .body("password", nullValue())
                .extract()
                .path("id");

        asAdmin().get("/v1/accounts/{id}", id).then().statusCode(200).body("email", equalTo(mailbox.email()));
        try (KafkaLog events = KafkaLog.of("mailroom.account.events")) {
            LoggedRecord record = events.await("account.connected", event -> id.equals(event.key()));
            assertThat(record.type()).isEqualTo("dev.mailroom.account.connected.v1");
            assertThat(record.headers()).containsEntry("ce_organization", organization.toString());
            assertThat(record.data().at("/state/revision").asLong()).isEqualTo(1);
            assertThat(record.data().at("/state/credential_version").asLong()).isEqualTo(1);
            assertThat(record.data().at("/state/inbox_seen/uid_validity").asLong())
                    .isPositive();
            assertThat(record.data().at("/state/inbox_seen/uid_next").asLong()).isPositive();
            assertThat(record.data().at("/state/addresses/0").asText()).isEqualTo(mailbox.email());
        }
    }

    @Test
    void triesEachServerOnceOnly() {
        connect(mailbox).statusCode(201);

        assertThat(mailbox.imap().logins()).isEqualTo(1);
        assertThat(mailbox.smtp().connections()).isEqualTo(1);
    }

    @Test
    void takesAUserNameWithADomainAsItIs() {
        mailbox.user("CORP\\ana", TestMailbox.PASSWORD);
        Map<String, Object> form = mailbox.form();
        form.put("kind", "exchange");
        form.put("username", "CORP\\ana");

        asAdmin().body(form).post("/v1/accounts").then().statusCode(201).body("username", equalTo("CORP\\ana"));
    }

    @Test
    void refusesTheSameMailboxTwiceInOneOrganization() {
        connect(mailbox).statusCode(201);
        Map<String, Object> again = mailbox.form();
        again.put("email", "other@example.com");
        again.put("username", mailbox.email().toUpperCase(Locale.ROOT));
        mailbox.user(mailbox.email().toUpperCase(Locale.ROOT), TestMailbox.PASSWORD);

        asAdmin()
                .body(again)
                .post("/v1/accounts")
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body("type", equalTo("https://mailroom.dev/problems/mailbox-already-connected"));
    }

    @Test
    void saysThatAMailboxIsConnectedOnlyToSomebodyWhoCanLogIn() {
        connect(mailbox).statusCode(201);
        Map<String, Object> guess = mailbox.form();
        guess.put("password", "guess");

        as("member", organization, UUID.randomUUID())
                .body(guess)
                .post("/v1/accounts")
                .then()
                .statusCode(422)
                .body("type", containsString("connection-failed"));
    }

    @Test
    void findsTheSameMailboxByAnySpellingOfItsHostAndUserName() {
        connect(mailbox).statusCode(201);
        String localPart = mailbox.email().substring(0, mailbox.email().indexOf('@'));
        mailbox.user(localPart, TestMailbox.PASSWORD);
        for (String username : List.of(
                mailbox.email() + ".", mailbox.email().toUpperCase(Locale.ROOT), localPart, "CORP\\" + localPart)) {
            Map<String, Object> again = mailbox.form();
            again.put("username", username);

            mailbox.user(username, TestMailbox.PASSWORD);
            asAdmin()
                    .body(again)
                    .post("/v1/accounts")
                    .then()
                    .statusCode(409)
                    .body("type", equalTo("https://mailroom.dev/problems/mailbox-already-connected"));
        }
    }

    @Test
    void refusesAUserNameThatIsAnotherAccountsMailbox() {
        connect(mailbox).statusCode(201);
        Map<String, Object> other = mailbox.form();
        other.put("email", "other@example.org");
        other.put("kind", "exchange");
        String windows = "CORP\\" + mailbox.email().substring(0, mailbox.email().indexOf('@'));
        other.put("username", windows);
        mailbox.user(windows, TestMailbox.PASSWORD);
        String id = asAdmin()
                .body(other)
                .post("/v1/accounts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");

        asAdmin()
                .body(Map.of("username", mailbox.email().toUpperCase(Locale.ROOT)))
                .patch("/v1/accounts/{id}", id)
                .then()
                .statusCode(422)
                .body("type", containsString("connection-failed"));

        mailbox.user(mailbox.email().toUpperCase(Locale.ROOT), TestMailbox.PASSWORD);
        asAdmin()
                .body(Map.of("username", mailbox.email().toUpperCase(Locale.ROOT)))
                .patch("/v1/accounts/{id}", id)
                .then()
                .statusCode(409)
                .body("type", containsString("mailbox-already-connected"));
    }

    @Test
    void letsTwoOrganizationsConnectTheSameMailbox() {
        connect(mailbox).statusCode(201);

        as("owner", UUID.randomUUID(), user)
                .body(mailbox.form())
                .post("/v1/accounts")
                .then()
                .statusCode(201);
    }

    @Test
    void answersARepeatedRequestWithTheSameAccount() {
        String first = connectWithKey("key-1").statusCode(201).extract().path("id");
        String second = connectWithKey("key-1").statusCode(201).extract().path("id");

        assertThat(second).isEqualTo(first);
        assertThat(mailbox.imap().logins()).isEqualTo(1);
    }

    @Test
    void refusesAKeyThatCameWithAnotherRequest() {
        connectWithKey("key-1").statusCode(201);
        Map<String, Object> other = mailbox.form();
        other.put("display_name", "Somebody else");

        asAdmin()
                .header("Idempotency-Key", "key-1")
                .body(other)
                .post("/v1/accounts")
                .then()
                .statusCode(409)
                .body("type", containsString("idempotency-key-reused"));
    }

    @Test
    void forgetsAKeyWhoseRequestFailed() {
        Map<String, Object> wrong = mailbox.form();
        wrong.put("password", "wrong");
        asAdmin()
                .header("Idempotency-Key", "key-1")
                .body(wrong)
                .post("/v1/accounts")
                .then()
                .statusCode(422);

        connectWithKey("key-1").statusCode(201);
    }

    @Test
    void refusesAllHistoryWithoutAPaidPlan() {
        execute(
                "select set_config('mailroom.organization', '*', false); insert into organizations (id, plan, created_at, updated_at)"
                        + " values ('" + organization + "', 'free', now(), now())");
        Map<String, Object> form = mailbox.form();
        form.put("history", "all");

        asAdmin().body(form).post("/v1/accounts").then().statusCode(403).body("type", containsString("plan-required"));
        assertThat(mailbox.imap().logins()).isZero();
        form.put("history", "10y");
        asAdmin().body(form).post("/v1/accounts").then().statusCode(201);
    }

    @Test
    void importsAllHistoryForAPaidOrganization() {
        Map<String, Object> form = mailbox.form();
        form.put("history", "all");

        asAdmin().body(form).post("/v1/accounts").then().statusCode(201).body("history", equalTo("all"));
    }

    @Test
    void sharesAnAccountFromTheStart() {
        UUID colleague = colleague();
        Map<String, Object> form = mailbox.form();
        form.put("sharing", Map.of("mode", "shared", "users", List.of(colleague)));

        asAdmin()
                .body(form)
                .post("/v1/accounts")
                .then()
                .statusCode(201)
                .body("sharing", hasEntry("delivery", "team_inbox"))
                .body("sharing.users[0]", equalTo(colleague.toString()));
    }

    @Test
    void verifiesWithoutSaving() {
        asAdmin()
                .body(mailbox.form())
                .post("/v1/accounts/verify")
                .then()
                .statusCode(200)
                .body("ok", equalTo(true))
                .body("diagnosis.leg", equalTo(List.of("imap", "smtp")))
                .body("diagnosis.stage", equalTo(List.of("ok", "ok")));

        asAdmin().get("/v1/accounts").then().statusCode(200).body("data.size()", equalTo(0));
    }

    private ValidatableResponse connectWithKey(String key) {
        return asAdmin()
                .header("Idempotency-Key", key)
                .body(mailbox.form())
                .post("/v1/accounts")
                .then();
    }
}
