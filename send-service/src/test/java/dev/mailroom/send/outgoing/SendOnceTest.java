package dev.mailroom.send.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState.Alias;
import dev.mailroom.contracts.AccountState.Audience;
import dev.mailroom.send.AnasAccount;
import dev.mailroom.send.SendScenario;
import dev.mailroom.send.SendTest;
import dev.mailroom.testkit.smtp.ScriptedSmtpServer;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Requests with an {@code Idempotency-Key}. */
@QuarkusTest
@SendTest
class SendOnceTest extends AnasAccount {
    private Response post(String subject, String key, Map<String, Object> mail) {
        return SendScenario.as("member", scenario.organization, subject)
                .header("Idempotency-Key", key)
                .body(mail)
                .post(PATH);
    }

    @Test
    void answersTheSameKeyWithTheSameAnswerAndSendsOneMail() {
        Map<String, Object> mail = SendScenario.mail(ana, BO);
        Response first =
                scenario.member().header("Idempotency-Key", "k1").body(mail).post(PATH);
        UUID outgoing = UUID.fromString(first.jsonPath().getString("id"));
        scenario.awaitState(outgoing, "accepted");

        Response second =
                scenario.member().header("Idempotency-Key", "k1").body(mail).post(PATH);

        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(second.asString()).isEqualTo(first.asString());
        assertThat(second.header("Location")).endsWith("/v1/outgoing/" + outgoing);
        scenario.member().get(PATH).then().body("data", hasSize(1));
        assertThat(scenario.server.accepted()).hasSize(1);
    }

    @Test
    void refusesTheSameKeyWithAnotherRequest() {
        scenario.member()
                .header("Idempotency-Key", "k1")
                .body(scheduled())
                .post(PATH)
                .then()
                .statusCode(202);

        scenario.member()
                .header("Idempotency-Key", "k1")
                .body(SendScenario.mail(ana, "someone-else@example.org"))
                .post(PATH)
                .then()
                .statusCode(409)
                .body("type", is("https://mailroom.dev/problems/idempotency-key-reused"));
    }

    @Test
    void takesOneOfManySimultaneousRequestsWithOneKey() throws Exception {
        Map<String, Object> mail = scheduled();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> posts = Collections.nCopies(
                    6,
                    () -> scenario.member()
                            .header("Idempotency-Key", "race")
                            .body(mail)
                            .post(PATH)
                            .asString());
            List<String> answers = new ArrayList<>();
            for (Future<String> answer : threads.invokeAll(posts)) {
                answers.add(answer.get());
            }
            assertThat(answers).containsOnly(answers.getFirst());
        }
        scenario.member().get(PATH).then().body("data", hasSize(1));
    }

    @Test
    void keepsKeysOfTwoOrganizationsApart() {
        try (SendScenario other = new SendScenario(ScriptedSmtpServer.Mode.TLS)) {
            SendScenario.Account cy = other.account("cy@example.net");
            scenario.member()
                    .header("Idempotency-Key", "k1")
                    .body(scheduled())
                    .post(PATH)
                    .then()
                    .statusCode(202);

            other.member()
                    .header("Idempotency-Key", "k1")
                    .body(SendScenario.mail(cy, BO))
                    .post(PATH)
                    .then()
                    .statusCode(202);
        }
    }

    @Test
    void keepsKeysOfTwoPeopleApart() {
        Map<String, Object> other = new HashMap<>(scheduled());
        other.put("subject", "Not for the first one");

        Response first = post("first", "k1", scheduled());
        Response second = post("second", "k1", other);

        first.then().statusCode(202);
        second.then().statusCode(202).body("subject", is("Not for the first one"));
        assertThat(post("first", "k1", scheduled()).asString()).isEqualTo(first.asString());
        assertThat(post("second", "k1", other).asString()).isEqualTo(second.asString());
        scenario.member().get(PATH).then().body("data", hasSize(2));
    }

    @Test
    void answersNobodyWhoMayNoLongerUseTheAccount() {
        post("ana", "k1", scheduled()).then().statusCode(202);
        scenario.publish(new AccountEvent.Changed(scenario.state(ana, 2, 1, UUID.randomUUID())));
        Awaitility.await("the account is somebody else's")
                .atMost(SendScenario.AWAIT_MAX)
                .until(() -> scenario.member().body(scheduled()).post(PATH).statusCode() == 404);

        post("ana", "k1", scheduled()).then().statusCode(404);
        post("ana", "k1", SendScenario.mail(ana, BO)).then().statusCode(404);
    }

    @Test
    void repeatsTheAnswerToAReplyWhileNobodySaysWhichAddressGotTheMessage() {
        scenario.aliases(
                ana,
                2,
                UUID.randomUUID(),
                new Audience(true, List.of()),
                List.of(alias("ana@example.com"), alias("sales@example.com")));
        Map<String, Object> reply = new HashMap<>(scheduled());
        reply.put("in_reply_to", "<answered@example.org>");
        Response first = post("ana", "k1", reply);
        first.then().statusCode(202);
        scenario.syncAnswers(ana, "500");

        post("ana", "k2", reply).then().statusCode(503);
        assertThat(post("ana", "k1", reply).asString()).isEqualTo(first.asString());
    }

    private static Alias alias(String address) {
        Audience everybody = new Audience(true, List.of());
        return new Alias(UUID.randomUUID(), address, "Ana", address.startsWith("ana"), everybody, everybody);
    }
}
