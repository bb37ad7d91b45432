package dev.mailroom.sync;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.Topics;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a person asks for over HTTP, and what is said of it. */
@QuarkusTest
@SyncTest
class CommandApiTest extends ApiScene {
    @Test
    void refusesALabelWithALevelThatHasNoName() {
        for (String label : List.of("/", "a//b", "/a", "a/", "a/ /b", "a/b//")) {
            for (String type : List.of("apply_label", "remove_label")) {
                asked("{\"type\": \"%s\", \"label\": \"%s\"}".formatted(type, label))
                        .statusCode(400)
                        .body("errors[0].pointer", equalTo("/label"))
                        .body("errors[0].message", equalTo("has a level without a name"));
            }
        }
    }

    @Test
    void refusesALabelWithControlCharacters() {
        for (String label : List.of("a\\rb", "a\\nb", "a\\tb", "a/\\u0001b", "a\\u007f", "\\u0085a", "a\\r\\nTag: x")) {
            for (String type : List.of("apply_label", "remove_label")) {
                asked("{\"type\": \"%s\", \"label\": \"%s\"}".formatted(type, label))
                        .statusCode(400)
                        .body("errors[0].pointer", equalTo("/label"))
                        .body("errors[0].message", equalTo("has control characters"));
            }
        }
        asked("{\"type\": \"apply_label\", \"label\": \"a\\u0000b\"}")
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/label"));
    }

    @Test
    void refusesALabelForWhatHasNone() {
        for (String type :
                List.of("archive", "mark_read", "mark_unread", "move_to_inbox", "trash", "spam", "not_spam")) {
            asked("{\"type\": \"%s\", \"label\": \"Finance\"}".formatted(type))
                    .statusCode(400)
                    .body("errors[0].pointer", equalTo("/label"));
        }
        assertThat(Scene.count("select count(*) from command where account_id = '" + account.account() + "'"))
                .isZero();
    }

    @Test
    void carriesOutACommandAndSaysWhatBecameOfIt() {
        String id = as(organization)
                .header("Idempotency-Key", "once")
                .contentType("application/json")
                .body("{\"type\": \"archive\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        String again = as(organization)
                .header("Idempotency-Key", "once")
                .contentType("application/json")
                .body("{\"type\": \"archive\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(202)
                .extract()
                .path("id");

        assertThat(again).isEqualTo(id);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> as(organization)
                        .get("/v1/commands/{id}", id)
                        .then()
                        .statusCode(200)
                        .body("state", equalTo("succeeded"))
                        .body("result", equalTo("moved")));
    }

    @Test
    void aKeyThatCameWithAnotherRequestIsRefusedAndNothingIsWritten() {
        String id = commanded("k1", "{\"type\": \"apply_label\", \"label\": \"Kept\"}")
                .statusCode(202)
                .extract()
                .path("id");

        for (String other : List.of(
                "{\"type\": \"trash\"}",
                "{\"type\": \"apply_label\", \"label\": \"Other\"}",
                "{\"type\": \"apply_label\", \"label\": \"Kept\", \"account\": \"%s\"}".formatted(UUID.randomUUID()))) {
            commanded("k1", other).statusCode(409).body("type", endsWith("/idempotency-key-reused"));
        }
        String named =
                "{\"type\": \"apply_label\", \"label\": \"Kept\", \"account\": \"%s\"}".formatted(account.account());
        commanded("k1", named).statusCode(202).body("id", equalTo(id));
        commanded("k2", "{\"type\": \"mark_read\"}").statusCode(202);

        assertThat(Scene.count("select count(*) from command where account_id = '" + account.account() + "'"))
                .isEqualTo(2);
        try (KafkaLog commands = KafkaLog.of(Topics.MAIL_COMMANDS)) {
            assertThat(scene.toldOf(account.account())).isEmpty();
            assertThat(commands.recordsToEnd())
                    .filteredOn(record -> account.account().toString().equals(record.key()))
                    .extracting(LoggedRecord::type)
                    .containsExactly("dev.mailroom.mail.apply_label.v1", "dev.mailroom.mail.mark_read.v1");
        }
    }

    @Test
    void aKeyThatCameWithAnotherMessageIsRefusedAndAnotherPersonsKeyIsHisOwn() {
        String id = commanded("k1", "{\"type\": \"mark_read\"}")
                .statusCode(202)
                .extract()
                .path("id");

        as(organization)
                .header("Idempotency-Key", "k1")
                .contentType("application/json")
                .body("{\"type\": \"mark_read\"}")
                .post("/v1/messages/{id}/commands", UUID.randomUUID())
                .then()
                .statusCode(409)
                .body("type", endsWith("/idempotency-key-reused"));
        given().header("Authorization", "Bearer " + TestTokens.token("member", organization, "another"))
                .header("Idempotency-Key", "k1")
                .contentType("application/json")
                .body("{\"type\": \"mark_read\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(404);
        as(UUID.randomUUID())
                .header("Idempotency-Key", "k1")
                .contentType("application/json")
                .body("{\"type\": \"mark_read\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(404);
        commanded("k1", "{\"type\": \"mark_read\"}").statusCode(202).body("id", equalTo(id));
    }

    /** Until now an id was made of the message too: who repeats his request to the next version is answered with what he has. */
    @Test
    void aRequestThatAnOlderVersionTookHasTheSameAnswer() {
        UUID before = EventIds.of("command", organization, Scene.TESTER, UUID.fromString(message), "k1");
        String id = commanded("k2", "{\"type\": \"mark_read\"}")
                .statusCode(202)
                .extract()
                .path("id");
        Scene.execute(
                "insert into command (id, account_id, organization_id, type, message_id, payload, state) select '%s', account_id, organization_id, type, message_id, jsonb_set(payload, '{command}', '\"%s\"'), 'succeeded' from command where id = '%s'"
                        .formatted(before, before, id));

        commanded("k1", "{\"type\": \"mark_read\"}").statusCode(202).body("id", equalTo(before.toString()));
        commanded("k1", "{\"type\": \"trash\"}").statusCode(409);
    }

    @Test
    void aRepeatedRequestHasTheSameAnswerAlthoughTheMessageIsGone() throws Exception {
        String id = commanded("last", "{\"type\": \"mark_read\"}")
                .statusCode(202)
                .extract()
                .path("id");
        try (ImapSession other = Scene.otherProgram(account.username(), server.port())) {
            other.select(MailboxName.INBOX, null);
            other.remove(List.of(1L));
        }
        Awaitility.await("the message to be given up")
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        Scene.count("select count(*) from copy where account_id = '" + account.account() + "'") == 0);

        commanded("last", "{\"type\": \"mark_read\"}").statusCode(202).body("id", equalTo(id));
        commanded("another", "{\"type\": \"mark_read\"}").statusCode(404);
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        as(organization)
                .contentType("application/json")
                .body("{\"type\": \"explode\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/type"));
        as(organization)
                .contentType("application/json")
                .body("{\"type\": \"archive\", \"colour\": \"red\"}")
                .post("/v1/messages/{id}/commands", message)
                .then()
                .statusCode(400);
        as(organization).get("/v1/mailboxes").then().statusCode(400);
    }

    private ValidatableResponse asked(String body) {
        return as(organization)
                .contentType("application/json")
                .body(body)
                .post("/v1/messages/{id}/commands", message)
                .then();
    }

    private ValidatableResponse commanded(String key, String body) {
        return as(organization)
                .header("Idempotency-Key", key)
                .contentType("application/json")
                .body(body)
                .post("/v1/messages/{id}/commands", message)
                .then();
    }
}
