package dev.mailroom.send.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Origin;
import dev.mailroom.send.AnasAccount;
import dev.mailroom.send.SendScenario;
import dev.mailroom.send.SendTest;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.TestPostgres;
import dev.mailroom.testkit.smtp.AcceptedMail;
import dev.mailroom.testkit.smtp.SmtpFault;
import dev.mailroom.testkit.smtp.SmtpStep;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** From the request to the server and back, with faults of the server and deaths of the sender at every step. */
@QuarkusTest
@SendTest
class DeliveryTest extends AnasAccount {
    private static final Duration QUIET = Duration.ofMillis(1_500);

    @Inject
    RiggedProbe probe;

    @Test
    void deliversAMessageOnceAndAsksForItsSentCopy() {
        UUID outgoing = scenario.send(ana, BO);

        JsonPath view = scenario.awaitState(outgoing, "accepted");
        scenario.awaitEvent(outgoing, "send.accepted");
        LoggedRecord command = scenario.awaitAppendSent(outgoing);

        assertThat(scenario.server.accepted()).hasSize(1);
        AcceptedMail mail = scenario.server.accepted().getFirst();
        assertThat(mail.text())
                .contains("Message-ID: " + view.getString("email_message_id"))
                .contains("\r\n.\r\n");
        byte[] raw = SendScenario.as("service", null)
                .get("/v1/outgoing/" + outgoing + "/raw")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        assertThat(mail.mime()).isEqualTo(raw);
        assertThat(scenario.eventTypes(outgoing)).containsExactly("send.queued", "send.accepted");
        assertThat(view.getString("sent_copy")).isEqualTo("pending");
        assertThat(view.getString("attempts[0].phase")).isEqualTo("accepted");
        assertThat(view.getInt("attempts[0].reply_code")).isEqualTo(250);
        assertThat(view.getString("to[0].state")).isEqualTo("accepted");
        assertThat(command.key()).isEqualTo(ana.id().toString());
        assertThat(command.data().path("email_message_id").asText()).isEqualTo(view.getString("email_message_id"));
    }

    @Test
    void fetchesTheCredentialAgainWhenTheKeyOfItsCopyIsGone() throws SQLException {
        scenario.awaitState(scenario.send(ana, BO), "accepted");
        // Bytes 6 to 9 of an envelope are the id of the key.
        TestPostgres.shared()
                .database("send")
                .execute("select set_config('mailroom.organization', '*', false); update accounts"
                        + " set sealed = set_byte(sealed, 8, (get_byte(sealed, 8) + 1) % 256) where id = '" + ana.id()
                        + "'");

        scenario.awaitState(scenario.send(ana, BO), "accepted");

        assertThat(scenario.server.accepted()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"appended, appended", "found_on_server, found_on_server", "failed, failed"})
    void takesOverWhatBecameOfTheSentCopy(String answer, String expected) {
        UUID outgoing = scenario.send(ana, BO);
        scenario.awaitState(outgoing, "accepted");
        UUID command = EventIds.of("mail.append_sent", outgoing);
        Origin origin = new Origin(Origin.Kind.SEND, outgoing, null, 0);

        scenario.publish(
                answer.equals("failed")
                        ? new MailEvent.CommandFailed(
                                ana.id(),
                                scenario.organization,
                                command,
                                "append_sent",
                                null,
                                origin,
                                "over_quota",
                                null)
                        : new MailEvent.CommandSucceeded(
                                ana.id(), scenario.organization, command, "append_sent", null, origin, answer));

        scenario.awaitOutgoing(
                outgoing, "sent_copy", view -> view.getString("sent_copy").equals(expected));
        assertThat(scenario.server.accepted()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"})
    void deliversExactlyOnceWhenTheServerBreaksOffBeforeTheDot(SmtpStep step) {
        scenario.server.once(step, SmtpFault.drop());
        deliversOnceAfterADeferral();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"})
    void deliversExactlyOnceWhenTheServerFallsSilentBeforeTheDot(SmtpStep step) {
        scenario.server.once(step, SmtpFault.hang());
        deliversOnceAfterADeferral();
    }

    private void deliversOnceAfterADeferral() {
        UUID outgoing = scenario.send(ana, BO);

        JsonPath view = scenario.awaitState(outgoing, "accepted");
        scenario.awaitEvent(outgoing, "send.accepted");

        assertThat(scenario.server.accepted()).hasSize(1);
        assertThat(scenario.eventTypes(outgoing)).containsExactly("send.queued", "send.deferred", "send.accepted");
        assertThat(view.getList("attempts")).hasSize(2);
        assertThat(scenario.appendSentCommands(outgoing)).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "BODY, drop, 0",
        "BEFORE_ACCEPTANCE, drop, 0",
        "BEFORE_ACCEPTANCE, hang, 0",
        "AFTER_ACCEPTANCE, drop, 1",
        "AFTER_ACCEPTANCE, hang, 1"
    })
    void neverSendsAgainWhenTheAnswerToTheDotIsLost(SmtpStep step, String fault, int taken) {
        scenario.server.once(step, fault.equals("drop") ? SmtpFault.drop() : SmtpFault.hang());

        UUID outgoing = scenario.send(ana, BO);
        JsonPath view = scenario.awaitState(outgoing, "unknown");
        scenario.awaitEvent(outgoing, "send.unknown");

        staysUnknown(outgoing, taken);
        assertThat(view.getString("attempts[0].phase")).isEqualTo("dot");
        assertThat(scenario.appendSentCommands(outgoing)).isZero();
    }

    private void staysUnknown(UUID outgoing, int taken) {
        int dots = scenario.server.dots();
        Awaitility.await()
                .during(QUIET)
                .atMost(QUIET.multipliedBy(3))
                .until(() -> scenario.server.dots() == dots
                        && scenario.get(outgoing).getString("state").equals("unknown"));
        assertThat(scenario.server.accepted()).hasSize(taken);
    }

    @ParameterizedTest
    @CsvSource({"drop", "hang"})
    void isAcceptedWhateverTheServerDoesAfterItsAnswer(String fault) {
        scenario.server.always(SmtpStep.QUIT, fault.equals("drop") ? SmtpFault.drop() : SmtpFault.hang());

        UUID outgoing = scenario.send(ana, BO);

        scenario.awaitState(outgoing, "accepted");
        assertThat(scenario.server.accepted()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "CLAIMED, ''",
        "BEFORE_PHASE_IS_STORED, connect",
        "AFTER_PHASE_IS_STORED, connect",
        "AFTER_PHASE_IS_STORED, greeting",
        "AFTER_PHASE_IS_STORED, auth",
        "AFTER_PHASE_IS_STORED, envelope",
        "AFTER_PHASE_IS_STORED, data",
        "BEFORE_PHASE_IS_STORED, dot"
    })
    void deliversExactlyOnceWhenTheSenderDiesBeforeTheDot(DeliveryProbe.Step step, String phase) {
        probe.killAt(step, phase);

        UUID outgoing = scenario.send(ana, BO);
        JsonPath view = scenario.awaitState(outgoing, "accepted");

        assertThat(probe.struck()).isTrue();
        assertThat(scenario.server.accepted()).hasSize(1);
        assertThat(view.getString("attempts[0].reason")).isEqualTo("sender_lost");
    }

    @ParameterizedTest
    @CsvSource({"AFTER_PHASE_IS_STORED, dot, 0", "BEFORE_OUTCOME_IS_STORED, '', 1"})
    void neverSendsAgainWhenTheSenderDiesAtOrAfterTheDot(DeliveryProbe.Step step, String phase, int taken) {
        probe.killAt(step, phase);

        UUID outgoing = scenario.send(ana, BO);
        scenario.awaitState(outgoing, "unknown");

        assertThat(probe.struck()).isTrue();
        staysUnknown(outgoing, taken);
    }

    @Test
    void losesNothingWhenTheSenderDiesAfterTheOutcomeIsStored() {
        probe.killAt(DeliveryProbe.Step.AFTER_OUTCOME_IS_STORED, "");

        UUID outgoing = scenario.send(ana, BO);
        scenario.awaitEvent(outgoing, "send.accepted");

        assertThat(scenario.get(outgoing).getString("state")).isEqualTo("accepted");
        assertThat(scenario.server.accepted()).hasSize(1);
    }

    @Test
    void retriesOnlyTheDeferredRecipientsWithTheSameMessage() {
        scenario.server.recipient("gone@example.org", "550 5.1.1 no such user");
        scenario.server.recipient("busy@example.org", "450 4.2.1 later");

        UUID outgoing = scenario.send(ana, BO, "gone@example.org", "busy@example.org");
        scenario.awaitState(outgoing, "partially_accepted");
        scenario.server.heal().recipient("gone@example.org", "550 5.1.1 no such user");
        JsonPath view = scenario.awaitOutgoing(
                outgoing,
                "the rest is delivered",
                found -> found.getString("to[2].state").equals("accepted"));

        assertThat(scenario.server.accepted()).hasSize(2);
        assertThat(scenario.server.accepted().get(0).recipients()).containsExactly(BO);
        assertThat(scenario.server.accepted().get(1).recipients()).containsExactly("busy@example.org");
        assertThat(scenario.server.accepted().get(1).mime())
                .isEqualTo(scenario.server.accepted().get(0).mime());
        assertThat(view.getString("state")).isEqualTo("partially_accepted");
        assertThat(view.getString("to[1].enhanced_code")).isEqualTo("5.1.1");
        scenario.awaitAppendSent(outgoing);
        assertThat(scenario.appendSentCommands(outgoing)).isEqualTo(1);
    }

    @Test
    void rejectsWhatTheServerRefusesForGood() {
        scenario.server.once(SmtpStep.BEFORE_ACCEPTANCE, SmtpFault.reply("554 5.7.1 spam"));

        UUID outgoing = scenario.send(ana, BO);
        JsonPath view = scenario.awaitState(outgoing, "rejected");

        assertThat(view.getString("attempts[0].text")).isEqualTo("5.7.1 spam");
        assertThat(view.getString("next_attempt_at")).isNull();
        scenario.awaitEvent(outgoing, "send.rejected");
    }

    @Test
    void waitsForOtherCredentialsAndThenDelivers() {
        SendScenario.Account cy = scenario.account("cy@example.com", 1, "an old password");

        UUID outgoing = scenario.send(cy, BO);
        scenario.awaitOutgoing(
                outgoing,
                "two refusals",
                view -> view.getList("attempts").size() == 2
                        && view.getString("state").equals("deferred"));
        int logIns = scenario.server.connections();
        Awaitility.await()
                .during(QUIET)
                .atMost(QUIET.multipliedBy(3))
                .until(() -> scenario.server.connections() == logIns);
        assertThat(scenario.get(outgoing).getString("reason")).isEqualTo("credentials_refused");

        scenario.credential(cy, 2, SendScenario.CANARY);
        scenario.publish(new AccountEvent.Changed(scenario.state(cy, 2, 2)));

        scenario.awaitState(outgoing, "accepted");
        assertThat(scenario.server.accepted()).hasSize(1);
    }

    @Test
    void deliversOneAtATimeForAnAccountAndInParallelForTwo() {
        SendScenario.Account bo = scenario.account("bo@example.com");
        scenario.server.forget();
        List<UUID> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(scenario.send(ana, BO));
            sent.add(scenario.send(bo, BO));
        }

        sent.forEach(outgoing -> scenario.awaitState(outgoing, "accepted"));

        assertThat(scenario.server.accepted())
                .hasSize(10)
                .allMatch(mail -> mail.user().equals(mail.from()));
        assertThat(scenario.server.mostOpen()).isLessThanOrEqualTo(2);
        assertThat(scenario.server.connections()).isEqualTo(10);
    }

    @Test
    void keepsThePasswordOutOfEveryEventAndAnswer() {
        scenario.server.once(SmtpStep.MAIL, SmtpFault.reply("451 4.3.0 later " + SendScenario.CANARY.substring(0, 3)));
        UUID outgoing = scenario.send(ana, BO);
        scenario.awaitEvent(outgoing, "send.accepted");

        String answer = scenario.member().get("/v1/outgoing/" + outgoing).asString();
        assertThat(answer).doesNotContain(SendScenario.CANARY);
        assertThat(scenario.written())
                .isNotEmpty()
                .noneMatch(record -> record.value() != null
                        && new String(record.value(), StandardCharsets.UTF_8).contains(SendScenario.CANARY));
        assertThat(scenario.server.commands()).contains("AUTH ***");
    }

    @Test
    void sendsAgainOrTreatsAsSentWhenAPersonSaysSo() {
        scenario.server.times(2, SmtpStep.AFTER_ACCEPTANCE, SmtpFault.drop());
        UUID again = scenario.send(ana, BO);
        scenario.awaitState(again, "unknown");
        UUID fine = scenario.send(ana, BO);
        scenario.awaitState(fine, "unknown");

        scenario.member()
                .body(Map.of("decision", "resend"))
                .post("/v1/outgoing/" + again + "/resolve")
                .then()
                .statusCode(200);
        scenario.awaitState(again, "accepted");
        scenario.member()
                .body(Map.of("decision", "treat_as_sent"))
                .post("/v1/outgoing/" + fine + "/resolve")
                .then()
                .statusCode(200);

        assertThat(scenario.get(fine).getString("state")).isEqualTo("accepted");
        scenario.awaitAppendSent(fine);
        assertThat(scenario.server.accepted()).hasSize(3);
        scenario.member()
                .body(Map.of("decision", "resend"))
                .post("/v1/outgoing/" + fine + "/resolve")
                .then()
                .statusCode(409);
    }
}
