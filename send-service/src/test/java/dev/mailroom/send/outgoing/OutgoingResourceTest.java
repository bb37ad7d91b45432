package dev.mailroom.send.outgoing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.send.AnasAccount;
import dev.mailroom.send.SendScenario;
import dev.mailroom.send.SendTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Taking mail over HTTP. */
@QuarkusTest
@SendTest
class OutgoingResourceTest extends AnasAccount {
    @Test
    void hidesTheMailOfAnotherOrganization() {
        UUID outgoing = schedule();
        UUID stranger = UUID.randomUUID();

        for (String path : List.of(PATH + "/" + outgoing, PATH + "/" + outgoing + "/raw")) {
            SendScenario.as("owner", stranger).get(path).then().statusCode(404).body("title", is("Not found"));
        }
        SendScenario.as("owner", stranger).delete(PATH + "/" + outgoing).then().statusCode(404);
        SendScenario.as("owner", stranger)
                .body(Map.of("decision", "resend"))
                .post(PATH + "/" + outgoing + "/resolve")
                .then()
                .statusCode(404);
        SendScenario.as("owner", stranger)
                .body(SendScenario.mail(ana, BO))
                .post(PATH)
                .then()
                .statusCode(404);
        SendScenario.as("owner", stranger).get(PATH).then().body("data", hasSize(0));
    }

    @Test
    void keepsAPersonalAccountToItsOwner() {
        UUID owner = UUID.randomUUID();
        UUID outgoing = schedule();
        scenario.publish(new AccountEvent.Changed(scenario.state(ana, 2, 1, owner)));
        var colleague = SendScenario.as(
                "member", scenario.organization, UUID.randomUUID().toString());
        var manager = SendScenario.as(
                "admin", scenario.organization, UUID.randomUUID().toString());
        Awaitility.await()
                .atMost(SendScenario.AWAIT_MAX)
                .until(() -> given().spec(colleague).get(PATH + "/" + outgoing).statusCode() == 404);

        given().spec(colleague).body(scheduled()).post(PATH).then().statusCode(404);
        given().spec(colleague).get(PATH + "/" + outgoing + "/raw").then().statusCode(404);
        given().spec(colleague).delete(PATH + "/" + outgoing).then().statusCode(404);
        given().spec(colleague).get(PATH).then().body("data", hasSize(0));
        given().spec(manager).get(PATH + "/" + outgoing).then().statusCode(404);
        given().spec(manager).get(PATH + "/" + outgoing + "/raw").then().statusCode(404);
        given().spec(manager).get(PATH).then().body("data", hasSize(0));
        for (var allowed :
                List.of(SendScenario.as("member", scenario.organization, owner.toString()), scenario.member())) {
            given().spec(allowed).get(PATH + "/" + outgoing).then().statusCode(200);
            given().spec(allowed).get(PATH).then().body("data", hasSize(1));
        }
    }

    @Test
    void wantsATokenAndTheRightRole() {
        RestAssured.given().get(PATH).then().statusCode(401).body("status", is(401));
        SendScenario.as("service", null).get(PATH).then().statusCode(403);
        SendScenario.as("operator", scenario.organization)
                .body(scheduled())
                .post(PATH)
                .then()
                .statusCode(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"to\": []} | /to",
                "{\"to\": [{\"address\": \"nobody\"}]} | /to/0/address",
                "{\"to\": [{\"address\": \"a@b.example\\r\\nBcc: x@y.example\"}]} | /to/0/address",
                "{\"cc\": [{\"name\": \"x\\ny\", \"address\": \"a@b.example\"}]} | /cc/0/name",
                "{\"bcc\": [null]} | /bcc/0/address",
                "{\"subject\": \"a\\r\\nBcc: x@y.example\"} | /subject",
                "{\"subject\": \"a\\u0000b\"} | /subject",
                "{\"in_reply_to\": \"<a@b>\\r\\nX: y\"} | /in_reply_to",
                "{\"in_reply_to\": \"a@b\"} | /in_reply_to",
                "{\"references\": [\"<a@b>\", \"<a b>\"]} | /references/1",
                "{\"references\": [null]} | /references/0",
                "{\"text\": \"a\\u0000b\"} | /text",
                "{\"text\": null} | /text",
                "{\"attachments\": [{\"filename\": \"a\\nb\", \"media_type\": \"text/plain\", \"base64_data\": \"\"}]} | /attachments/0/filename",
                "{\"attachments\": [{\"filename\": \"a\", \"media_type\": \"text/plain\\r\\nX: y\", \"base64_data\": \"\"}]} | /attachments/0/media_type",
                "{\"attachments\": [{\"filename\": \"a\", \"media_type\": \"text/plain\"}]} | /attachments/0/base64_data",
                "{\"from\": {\"address\": \"boss@example.com\"}} | /from/address",
                "{\"account\": null} | /account",
                "{\"undo_window_s\": 301} | /undo_window_s",
                "{\"auto_followup\": true} | /auto_followup",
                "{\"send_at\": \"2199-01-01T00:00:00Z\"} | /send_at",
                "{\"send_at\": \"tomorrow\"} | /send_at",
                "{\"colour\": \"red\"} | /colour",
                "{\"attachments\": [{\"name\": \"a\"}]} | /attachments/0/name"
            })
    void saysWhatIsWrongAndWhere(String change, String pointer) throws Exception {
        Map<String, Object> mail = new HashMap<>(SendScenario.mail(ana, BO));
        @SuppressWarnings("unchecked")
        Map<String, Object> changes = new ObjectMapper().readValue(change, Map.class);
        mail.putAll(changes);

        scenario.member()
                .body(mail)
                .post(PATH)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors.pointer", hasItem(pointer));
        scenario.member().get(PATH).then().body("data", hasSize(0));
    }

    @Test
    void takes25AttachmentsAndRefusesOneMore() {
        Map<String, Object> file = Map.of("filename", "a.txt", "media_type", "text/plain", "base64_data", "aGk=");
        Map<String, Object> mail = scheduled();
        mail.put("attachments", Collections.nCopies(25, file));
        scenario.member().body(mail).post(PATH).then().statusCode(202);

        mail.put("attachments", Collections.nCopies(26, file));
        scenario.member().body(mail).post(PATH).then().statusCode(400).body("errors[0].pointer", is("/attachments"));
    }

    @Test
    void sendsFromAnAliasOfTheAccountAndSaysWhoSentIt() {
        Map<String, Object> mail = new HashMap<>(SendScenario.mail(ana, BO));
        mail.put("from", Map.of("name", "Support", "address", "Alias-Ana@example.com"));

        UUID outgoing = UUID.fromString(scenario.member()
                .body(mail)
                .post(PATH)
                .then()
                .statusCode(202)
                .extract()
                .jsonPath()
                .getString("id"));
        scenario.awaitState(outgoing, "accepted");

        assertThat(scenario.server.accepted().getFirst().from()).isEqualTo("ana@example.com");
        assertThat(scenario.server.accepted().getFirst().text())
                .contains("From: Support <Alias-Ana@example.com>")
                .contains("Sender: ana@example.com");
    }

    @Test
    void keepsBccOutOfTheBytesAndInTheEnvelope() {
        Map<String, Object> mail = new HashMap<>(SendScenario.mail(ana, BO));
        mail.put("bcc", List.of(Map.of("address", "secret@example.net")));

        UUID outgoing = UUID.fromString(scenario.member()
                .body(mail)
                .post(PATH)
                .then()
                .statusCode(202)
                .extract()
                .jsonPath()
                .getString("id"));
        scenario.awaitState(outgoing, "accepted");

        assertThat(scenario.server.accepted().getFirst().recipients()).containsExactly(BO, "secret@example.net");
        assertThat(scenario.server.accepted().getFirst().text()).doesNotContain("secret@example.net");
    }

    @Test
    void cancelsWhatIsNotSentYetAndNothingElse() {
        UUID waiting = schedule();
        scenario.member().delete(PATH + "/" + waiting).then().statusCode(200).body("state", is("cancelled"));
        scenario.member().delete(PATH + "/" + waiting).then().statusCode(200);
        scenario.awaitEvent(waiting, "send.cancelled");

        UUID sent = scenario.send(ana, BO);
        scenario.awaitState(sent, "accepted");
        scenario.member()
                .delete(PATH + "/" + sent)
                .then()
                .statusCode(409)
                .body("type", is("https://mailroom.dev/problems/cannot-be-cancelled"));
        assertThat(scenario.server.accepted()).hasSize(1);
    }

    @Test
    void holdsAMessageDuringItsUndoWindow() {
        Map<String, Object> mail = new HashMap<>(SendScenario.mail(ana, BO));
        mail.put("undo_window_s", 300);

        String id = scenario.member()
                .body(mail)
                .post(PATH)
                .then()
                .statusCode(202)
                .body("state", is("scheduled"))
                .extract()
                .jsonPath()
                .getString("id");

        scenario.member().delete(PATH + "/" + id).then().statusCode(200);
        assertThat(scenario.server.connections()).isZero();
    }

    @Test
    void pagesThroughTheListNewestFirst() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.addFirst(schedule().toString());
        }

        var first = scenario.member()
                .get(PATH + "?limit=2&state=scheduled")
                .then()
                .statusCode(200)
                .body("next", notNullValue())
                .extract()
                .jsonPath();
        var second = scenario.member()
                .get(PATH + "?limit=2&cursor=" + first.getString("next"))
                .then()
                .body("next", nullValue())
                .extract()
                .jsonPath();

        assertThat(first.getList("data.id", String.class)).isEqualTo(ids.subList(0, 2));
        assertThat(second.getList("data.id", String.class)).isEqualTo(ids.subList(2, 3));
        scenario.member().get(PATH + "?state=accepted").then().body("data", hasSize(0));
        scenario.member().get(PATH + "?state=lost").then().statusCode(400);
        scenario.member().get(PATH + "?cursor=%25").then().statusCode(400);
    }

    @Test
    void givesTheRawBytesToTheOrganizationAndToOtherServices() {
        UUID outgoing = schedule();

        String own = scenario.member()
                .get(PATH + "/" + outgoing + "/raw")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        String service = SendScenario.as("service", null)
                .get(PATH + "/" + outgoing + "/raw")
                .then()
                .statusCode(200)
                .extract()
                .asString();

        assertThat(own).isEqualTo(service).startsWith("Date: ").endsWith("\r\n");
    }
}
