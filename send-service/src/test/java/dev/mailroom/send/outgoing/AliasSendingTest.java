package dev.mailroom.send.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import dev.mailroom.contracts.AccountState.Alias;
import dev.mailroom.contracts.AccountState.Audience;
import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.Origin;
import dev.mailroom.contracts.SendRequest;
import dev.mailroom.send.SendScenario;
import dev.mailroom.send.SendTest;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who sends as which address of an account. */
@QuarkusTest
@SendTest
class AliasSendingTest {
    private static final String PATH = "/v1/outgoing";
    private static final String BO = "bo@example.org";
    private static final String MAIN = "ana@example.com";
    private static final String SALES = "sales@example.com";
    private static final String ANSWERED = "<question@example.org>";

    private final UUID owner = UUID.randomUUID();
    private final UUID delegate = UUID.randomUUID();
    private final UUID sender = UUID.randomUUID();
    private SendScenario scenario;
    private SendScenario.Account ana;

    @BeforeEach
    void connect() {
        scenario = new SendScenario(ScriptedSmtpServer.Mode.TLS);
        ana = scenario.account(MAIN);
        scenario.aliases(
                ana,
                2,
                owner,
                new Audience(false, List.of(delegate)),
                List.of(alias(MAIN, "Ana Silva", null), alias(SALES, "Sales", new Audience(false, List.of(sender)))));
    }

    @AfterEach
    void close() {
        scenario.close();
    }

    private static Alias alias(String address, String name, @Nullable Audience senders) {
        return new Alias(UUID.randomUUID(), address, name, address.equals(MAIN), senders, Audience.nobody());
    }

    private ValidatableResponse send(String role, UUID user, @Nullable String from, @Nullable String inReplyTo) {
        Map<String, Object> mail = new HashMap<>(SendScenario.mail(ana, BO));
        mail.put("send_at", Instant.now().plus(Duration.ofHours(1)).toString());
        if (from != null) {
            mail.put("from", Map.of("address", from));
        }
        mail.put("in_reply_to", inReplyTo);
        return SendScenario.as(role, scenario.organization, user.toString())
                .body(mail)
                .post(PATH)
                .then();
    }

    private static String replyFrom(UUID account, String address) {
        return """
                {"data": [{"id": "%s", "subject": "x", "copies": [], "reply_from":
                  {"account": "%s", "address": "%s", "name": "x", "more": 1}}], "next": "x"}""".formatted(UUID.randomUUID(), account, address);
    }

    @Test
    void asksWhoeverSendsWhetherTheAliasIsForThem() {
        send("member", owner, SALES, null)
                .statusCode(202)
                .body("from.name", equalTo("Sales"))
                .body("from.address", equalTo(SALES));
        send("admin", UUID.randomUUID(), SALES, null).statusCode(202);
        send("member", sender, SALES, null).statusCode(202);
        send("member", delegate, MAIN, null).statusCode(202).body("from.name", equalTo("Ana Silva"));
        send("member", delegate, SALES, null)
                .statusCode(403)
                .contentType("application/problem+json")
                .body("type", equalTo("https://mailroom.dev/problems/may-not-send-as"))
                .body("errors.pointer", hasItem("/from/address"))
                .body("detail", containsString(SALES));
        send("member", sender, MAIN, null).statusCode(403);
        send("member", sender, null, null).statusCode(202).body("from.address", equalTo(SALES));
        send("member", UUID.randomUUID(), SALES, null).statusCode(404);
        send("admin", UUID.randomUUID(), "eve@example.com", null)
                .statusCode(400)
                .body("errors.pointer", hasItem("/from/address"));
        SendScenario.as("owner", UUID.randomUUID(), owner.toString())
                .body(SendScenario.mail(ana, BO))
                .post(PATH)
                .then()
                .statusCode(404);
        assertThat(scenario.syncAsked(ana)).isEmpty();
    }

    @Test
    void showsOutgoingMailToWhoeverMayReadTheAccountAndToWhoeverSentIt() {
        String sent = send("member", sender, SALES, null).extract().path("id");

        assertThat(List.of(get(sender, sent), get(delegate, sent), get(owner, sent), get(UUID.randomUUID(), sent)))
                .containsExactly(200, 200, 200, 404);
        for (UUID user : List.of(sender, delegate)) {
            SendScenario.as("member", scenario.organization, user.toString())
                    .get(PATH)
                    .then()
                    .body("data", hasSize(1));
        }
        SendScenario.as("member", scenario.organization, UUID.randomUUID().toString())
                .get(PATH)
                .then()
                .body("data", hasSize(0));
    }

    private int get(UUID user, String outgoing) {
        return SendScenario.as("member", scenario.organization, user.toString())
                .get(PATH + "/" + outgoing)
                .statusCode();
    }

    @Test
    void repliesFromTheAliasThatGotTheMessage() {
        scenario.syncAnswers(ana, replyFrom(ana.id(), SALES));

        send("member", owner, null, ANSWERED)
                .statusCode(202)
                .body("from.name", equalTo("Sales"))
                .body("from.address", equalTo(SALES));

        assertThat(scenario.syncAsked(ana))
                .contains("email_message_id=" + ANSWERED)
                .contains("limit=1")
                .contains("Bearer ey");
        send("member", delegate, null, ANSWERED).statusCode(403).body("errors.pointer", hasItem("/from/address"));
        send("member", delegate, MAIN, ANSWERED).statusCode(202).body("from.address", equalTo(MAIN));
    }

    @Test
    void repliesFromTheDefaultAliasWhereTheMessageIsNotKnown() {
        send("member", owner, null, ANSWERED).statusCode(202).body("from.address", equalTo(MAIN));
        for (String answer : List.of(
                replyFrom(UUID.randomUUID(), SALES),
                replyFrom(ana.id(), "eve@example.com"),
                "{\"data\": [{\"reply_from\": null}]}",
                "{\"data\": null}")) {
            scenario.syncAnswers(ana, answer);
            send("member", owner, null, ANSWERED).statusCode(202).body("from.address", equalTo(MAIN));
        }
    }

    @Test
    void saysThatTheSenderMustBeNamedWhileSyncServiceIsAway() {
        for (String answer : List.of("503", "401", "")) {
            scenario.syncAnswers(ana, answer);
            Instant began = Instant.now();

            send("member", owner, null, ANSWERED)
                    .statusCode(503)
                    .header("Retry-After", "5")
                    .body("type", equalTo("https://mailroom.dev/problems/reply-address-unknown"))
                    .body("detail", containsString("/from/address"));

            assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(5));
        }
        send("member", owner, SALES, ANSWERED).statusCode(202);
        send("member", owner, null, "no message id").statusCode(400).body("errors.pointer", hasItem("/in_reply_to"));
    }

    @Test
    void answersARuleFromTheAliasThatGotTheMessage() {
        UUID request = UUID.randomUUID();
        scenario.publish(new SendRequest.Requested(
                request,
                ana.id(),
                scenario.organization,
                List.of(new Address(null, BO)),
                List.of(),
                List.of(),
                "Re: Hello",
                "We got your mail.",
                null,
                null,
                List.of(),
                null,
                true,
                new Origin(Origin.Kind.RULE, null, null, 1),
                List.of("eve@example.com", "Sales@Example.com", MAIN)));

        scenario.awaitEvent(EventIds.of("outgoing", request), "send.accepted");

        assertThat(scenario.server.accepted().getFirst().text()).contains("From: Sales <sales@example.com>");
    }
}
