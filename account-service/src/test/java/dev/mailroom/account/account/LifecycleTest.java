package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LifecycleTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();
    private UUID account = UUID.randomUUID();

    @BeforeEach
    void connect() {
        account = connected(mailbox);
    }

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void changesNamesHistorySharingAndSidebarWithoutALogIn() {
        asAdmin()
                .body(Map.of(
                        "display_name", "Ana S.",
                        "history", "5y",
                        "sidebar", "choose",
                        "sharing", Map.of("mode", "shared", "delivery", "inbox")))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200)
                .body("display_name", equalTo("Ana S."))
                .body("history", equalTo("5y"))
                .body("sidebar", equalTo("choose"))
                .body("sharing.delivery", equalTo("inbox"))
                .body("revision", equalTo(2));

        assertThat(mailbox.imap().logins()).isEqualTo(1);
        LoggedRecord changed = event("account.changed");
        assertThat(changed.data().at("/state/revision").asLong()).isEqualTo(2);
        assertThat(changed.data().at("/state/credential_version").asLong()).isEqualTo(1);
        assertThat(changed.data().at("/state/history").asText()).isEqualTo("5y");
    }

    @Test
    void takesANewPasswordAfterItLoggedIn() {
        mailbox.user(mailbox.email(), "new password");

        asAdmin()
                .body(Map.of("password", "new password"))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200)
                .body("state", equalTo("connecting"));

        assertThat(event("account.changed")
                        .data()
                        .at("/state/credential_version")
                        .asLong())
                .isEqualTo(2);
        asService().get("/v1/accounts/{id}/credential", account).then().body("version", equalTo(2));
    }

    @Test
    void keepsTheOldPasswordWhenTheNewOneIsRefused() {
        asAdmin()
                .body(Map.of("password", "wrong", "display_name", "Not saved"))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(422)
                .body("diagnosis.category", equalTo(List.of("credentials_refused", "credentials_refused")));

        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .body("display_name", equalTo("Ana Silva"))
                .body("revision", equalTo(1));
        asService().get("/v1/accounts/{id}/credential", account).then().body("version", equalTo(1));
    }

    @Test
    void triesANewUserNameWithTheStoredPassword() {
        String windows = "CORP\\" + mailbox.email().substring(0, mailbox.email().indexOf('@'));
        mailbox.user(windows, TestMailbox.PASSWORD);

        asAdmin()
                .body(Map.of("username", windows))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200)
                .body("username", equalTo(windows));

        asService()
                .get("/v1/accounts/{id}/credential", account)
                .then()
                .body("username", equalTo(windows))
                .body("version", equalTo(2));
    }

    @Test
    void refusesTheUserNameOfAnotherMailboxBeforeItLogsIn() {
        mailbox.user("bo@example.com", "password of bo");
        for (String username : List.of("bo@example.com", "bo", "CORP\\bo")) {
            asAdmin()
                    .body(Map.of("username", username, "password", "password of bo", "display_name", "Bo"))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(409)
                    .body("type", containsString("mailbox-change-refused"))
                    .body("errors.pointer", equalTo(List.of("/username")))
                    .body("ways", hasItem(containsString("POST /v1/accounts")));
        }

        assertThat(mailbox.imap().logins()).isEqualTo(1);
        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .body("username", equalTo(mailbox.email()))
                .body("display_name", equalTo("Ana Silva"))
                .body("revision", equalTo(1));
        asService().get("/v1/accounts/{id}/credential", account).then().body("version", equalTo(1));
    }

    @Test
    void refusesAnotherHostAndNamesTheTwoWays() {
        Map<String, Object> host = TestMailbox.server(mailbox.imap().port(), "tls");
        host.put("host", "other.example.com");
        Map<String, Object> port = TestMailbox.server(1, "starttls");
        for (Map<String, Map<String, Object>> change : List.of(Map.of("imap", host), Map.of("smtp", port))) {
            asAdmin()
                    .body(change)
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(409)
                    .body("type", containsString("host-change-refused"))
                    .body("ways.size()", equalTo(2))
                    .body("ways", everyItem(containsString("POST /v1/accounts)")));
        }
    }

    @Test
    void saysNothingAboutAChangeThatChangesNothing() {
        asAdmin()
                .body("{}")
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200)
                .body("revision", equalTo(1));
    }

    @Test
    void takesTheServersItAlreadyHas() {
        asAdmin()
                .body(Map.of("imap", TestMailbox.server(mailbox.imap().port(), "tls"), "display_name", "Ana S."))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
    }

    @Test
    void namesWhatIsWrongWithAChange() {
        asAdmin()
                .body(Map.of("display_name", "", "username", " ", "password", ""))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(400)
                .body("errors.pointer", equalTo(List.of("/display_name", "/username", "/password")));
        asAdmin()
                .body(Map.of("email", "other@example.com"))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(400)
                .body("errors.pointer", equalTo(List.of("/email")));
    }

    @Test
    void pausesAndResumesOnce() {
        for (int i = 0; i < 2; i++) {
            asAdmin()
                    .post("/v1/accounts/{id}/pause", account)
                    .then()
                    .statusCode(200)
                    .body("state", equalTo("paused"));
        }
        for (int i = 0; i < 2; i++) {
            asAdmin()
                    .post("/v1/accounts/{id}/resume", account)
                    .then()
                    .statusCode(200)
                    .body("state", equalTo("connecting"))
                    .body("revision", equalTo(3));
        }

        assertThat(eventTypes(3))
                .containsExactly(
                        "dev.mailroom.account.connected.v1",
                        "dev.mailroom.account.paused.v1",
                        "dev.mailroom.account.resumed.v1");
    }

    @Test
    void reconnectsWithANewVersionOfTheSameCredential() {
        String before = sealed();

        asAdmin()
                .post("/v1/accounts/{id}/reconnect", account)
                .then()
                .statusCode(200)
                .body("state", equalTo("connecting"));

        assertThat(event("account.changed")
                        .data()
                        .at("/state/credential_version")
                        .asLong())
                .isEqualTo(2);
        assertThat(sealed()).isEqualTo(before);
        asService().get("/v1/accounts/{id}/credential", account).then().body("version", equalTo(2));
    }

    @Test
    void letsAPausedAccountGoOnWhenItReconnects() {
        asAdmin().post("/v1/accounts/{id}/pause", account).then().statusCode(200);

        asAdmin()
                .post("/v1/accounts/{id}/reconnect", account)
                .then()
                .statusCode(200)
                .body("state", equalTo("connecting"));

        assertThat(eventTypes(3)).last().isEqualTo("dev.mailroom.account.resumed.v1");
    }

    @Test
    void saysWhatWouldGoBeforeItRemoves() {
        asAdmin()
                .delete("/v1/accounts/{id}", account)
                .then()
                .statusCode(409)
                .body("type", containsString("confirmation-needed"))
                .body("removes", hasItem(containsString("password")))
                .body("counts.aliases", equalTo(1))
                .body("counts.people", equalTo(0))
                .body("counts.messages", nullValue())
                .body("remarks", hasItem(containsString("sync-service did not answer")))
                .body("keeps", hasItem(containsString("conversations")));
        asAdmin().get("/v1/accounts/{id}", account).then().statusCode(200);

        asAdmin().delete("/v1/accounts/{id}?confirm=true", account).then().statusCode(204);

        asAdmin().get("/v1/accounts/{id}", account).then().statusCode(404);
        asService().get("/v1/accounts/{id}/credential", account).then().statusCode(404);
        assertThat(rows("select account_id from credentials where account_id = '" + account + "'"))
                .isEmpty();
        LoggedRecord removed = event("account.removed");
        assertThat(removed.data().get("revision").asLong()).isEqualTo(2);
        assertThat(removed.data().get("organization").asText()).isEqualTo(organization.toString());
    }

    @Test
    void letsAMailboxBeConnectedAgainAfterItWasRemoved() {
        asAdmin().delete("/v1/accounts/{id}?confirm=true", account).then().statusCode(204);

        connect(mailbox).statusCode(201);
    }

    @Test
    void listsInPagesOldestFirst() {
        for (int i = 0; i < 2; i++) {
            try (TestMailbox another = TestMailbox.start()) {
                connected(another);
            }
        }

        var first = asAdmin()
                .get("/v1/accounts?limit=2")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        var second = asAdmin()
                .get("/v1/accounts?limit=2&cursor=" + first.getString("next"))
                .then()
                .statusCode(200)
                .body("next", nullValue())
                .extract()
                .jsonPath();

        assertThat(first.getList("data.id", String.class)).hasSize(2).first().isEqualTo(account.toString());
        assertThat(second.getList("data.id", String.class)).hasSize(1);
        asAdmin().get("/v1/accounts?limit=0").then().statusCode(400);
        asAdmin().get("/v1/accounts?cursor=bm9uZQ").then().statusCode(400);
    }

    private LoggedRecord event(String type) {
        try (KafkaLog events = KafkaLog.of("mailroom.account.events")) {
            return events.await(
                    type,
                    event -> account.toString().equals(event.key())
                            && event.type().contains(type));
        }
    }

    private List<String> eventTypes(int count) {
        try (KafkaLog events = KafkaLog.of("mailroom.account.events")) {
            return events.awaitAll("events", count, event -> account.toString().equals(event.key())).stream()
                    .map(LoggedRecord::type)
                    .toList();
        }
    }

    private String sealed() {
        return asService()
                .get("/v1/accounts/{id}/credential", account)
                .then()
                .statusCode(200)
                .extract()
                .path("sealed");
    }
}
