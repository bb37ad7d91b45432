package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.TestNames;
import dev.mailroom.account.discovery.ScriptedDns;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An address and a password are enough where the domain says where its servers are. */
@QuarkusTest
class MissingServersTest extends ServiceTest {
    private final String domain = UUID.randomUUID() + "." + TestNames.DOMAIN;
    private final String email = "ana@" + domain;
    private final TestMailbox mailbox = TestMailbox.start();

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void connectsWithAnAddressAndAPassword() {
        publishServers("imap." + TestNames.DOMAIN, "smtp." + TestNames.DOMAIN);
        mailbox.user(email, TestMailbox.PASSWORD);

        String id = post("/v1/accounts", form())
                .statusCode(201)
                .body("id", notNullValue())
                .body("email", equalTo(email))
                .body("username", equalTo(email))
                .body("imap.host", equalTo("imap." + TestNames.DOMAIN))
                .body("imap.port", equalTo(mailbox.imap().port()))
                .body("smtp.encryption", equalTo("starttls"))
                .body("discovered.imap.source", equalTo("srv"))
                .body("discovered.smtp.source", equalTo("srv"))
                .body("discovered.username", equalTo(email))
                .extract()
                .path("id");

        asAdmin().get("/v1/accounts/{id}", id).then().statusCode(200).body("discovered", nullValue());
        assertThat(mailbox.imap().logins()).isEqualTo(1);
    }

    @Test
    void answersARepeatedRequestThoughTheDomainNamesOtherServersByNow() {
        publishServers("imap." + TestNames.DOMAIN, "smtp." + TestNames.DOMAIN);
        mailbox.user(email, TestMailbox.PASSWORD);
        String first = postWithKey(form()).statusCode(201).extract().path("id");
        publishServers("imap.elsewhere.example", "smtp.elsewhere.example");

        String second = postWithKey(form()).statusCode(201).extract().path("id");

        assertThat(second).isEqualTo(first);
        assertThat(mailbox.imap().logins()).isEqualTo(1);
        Map<String, Object> other = form();
        other.put("display_name", "Somebody else");
        postWithKey(other).statusCode(409).body("type", containsString("idempotency-key-reused"));
    }

    private ValidatableResponse postWithKey(Map<String, Object> form) {
        return asAdmin()
                .header("Idempotency-Key", "found")
                .body(form)
                .post("/v1/accounts")
                .then();
    }

    @Test
    void saysWhichServersItTriedWithoutSaving() {
        publishServers("imap." + TestNames.DOMAIN, "smtp." + TestNames.DOMAIN);
        mailbox.user(email, TestMailbox.PASSWORD);

        post("/v1/accounts/verify", form())
                .statusCode(200)
                .body("ok", equalTo(true))
                .body("discovered.imap.port", equalTo(mailbox.imap().port()))
                .body("discovered.imap.source", equalTo("srv"));
        post("/v1/accounts/verify", mailbox.form()).statusCode(200).body("discovered", nullValue());
    }

    @Test
    void findsOnlyTheServerThatIsLeftOut() {
        publishServers("imap." + TestNames.DOMAIN, "smtp." + TestNames.DOMAIN);
        mailbox.user("other", TestMailbox.PASSWORD);
        Map<String, Object> form = form();
        form.put("username", "other");
        form.put("imap", TestMailbox.server(mailbox.imap().port(), "tls"));

        post("/v1/accounts", form)
                .statusCode(201)
                .body("imap.host", equalTo("127.0.0.1"))
                .body("username", equalTo("other"))
                .body("discovered.imap", nullValue())
                .body("discovered.smtp.source", equalTo("srv"));
    }

    @Test
    void namesTheServersOfALogInThatFailed() {
        publishServers("imap." + TestNames.DOMAIN, "smtp." + TestNames.DOMAIN);

        post("/v1/accounts", form())
                .statusCode(422)
                .body("type", containsString("connection-failed"))
                .body("diagnosis.category", hasItem("credentials_refused"))
                .body("discovered.imap.host", equalTo("imap." + TestNames.DOMAIN));
    }

    @Test
    void sendsNoPasswordToServersOfSomebodyElseUnasked() {
        publishServers("imap.elsewhere.example", "smtp.elsewhere.example");

        post("/v1/accounts", form())
                .statusCode(422)
                .body("type", equalTo("https://mailroom.dev/problems/servers-need-confirmation"))
                .body("detail", containsString("imap.elsewhere.example"))
                .body("candidates[0].needs_confirmation", equalTo(true))
                .body("candidates[0].imap.host", equalTo("imap.elsewhere.example"));
        assertThat(mailbox.imap().logins()).isZero();
    }

    @Test
    void saysWhatItLookedForAndHowToEnterTheServersByHand() {
        post("/v1/accounts", form())
                .statusCode(422)
                .body("type", equalTo("https://mailroom.dev/problems/servers-not-found"))
                .body("detail", containsString("_imaps"))
                .body("detail", containsString("by hand"))
                .body("detail", containsString("993"))
                .body("looked_for.source", equalTo(List.of("database", "srv", "autoconfig", "mx", "guess")))
                .body("looked_for.outcome", equalTo(List.of("nothing", "nothing", "nothing", "nothing", "nothing")));
    }

    @Test
    void saysThatAProviderTakesNoPassword() {
        Map<String, Object> form = form();
        form.put("email", "ana@hotmail.com");
        post("/v1/accounts", form)
                .statusCode(422)
                .body("type", equalTo("https://mailroom.dev/problems/password-login-off"))
                .body("detail", containsString("OAuth"));

        form.put("email", "ana@proton.me");
        post("/v1/accounts/verify", form).statusCode(422).body("detail", containsString("Bridge"));
    }

    @Test
    void triesNoGuessWhereTheMailGoesToAProviderThatTakesNoPassword() {
        ScriptedDns.publish(domain + ". MX", "0 example-com.mail.protection.outlook.com.");
        ScriptedDns.publish("mail." + domain + ". A", "127.0.0.1");

        post("/v1/accounts", form()).statusCode(422).body("type", containsString("password-login-off"));
        asAdmin()
                .queryParam("email", email)
                .get("/v1/providers")
                .then()
                .statusCode(200)
                .body("data.source", equalTo(List.of("mx", "guess")));
    }

    @Test
    void asksNobodyBeforeTheRestOfTheFormIsRight() {
        Map<String, Object> form = form();
        form.remove("display_name");
        form.put("password", "");

        post("/v1/accounts", form)
                .statusCode(400)
                .body("errors.pointer", equalTo(List.of("/display_name", "/password")));
        form.put("email", "ana@localhost");
        post("/v1/accounts", form).statusCode(400).body("errors.pointer", hasItem("/imap"));
    }

    private void publishServers(String imap, String smtp) {
        ScriptedDns.publish(
                "_imaps._tcp." + domain + ". SRV", "0 1 " + mailbox.imap().port() + " " + imap + ".");
        ScriptedDns.publish(
                "_submission._tcp." + domain + ". SRV", "0 1 " + mailbox.smtp().port() + " " + smtp + ".");
    }

    private ValidatableResponse post(String path, Map<String, Object> form) {
        return asAdmin().body(form).post(path).then();
    }

    private Map<String, Object> form() {
        return new HashMap<>(
                Map.of("kind", "imap", "display_name", "Ana Silva", "email", email, "password", TestMailbox.PASSWORD));
    }
}
