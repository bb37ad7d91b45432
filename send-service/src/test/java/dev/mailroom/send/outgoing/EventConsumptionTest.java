package dev.mailroom.send.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.contracts.Origin;
import dev.mailroom.contracts.SendRequest;
import dev.mailroom.contracts.Topics;
import dev.mailroom.send.AnasAccount;
import dev.mailroom.send.SendScenario;
import dev.mailroom.send.SendTest;
import dev.mailroom.testkit.KafkaLog;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What events of other services do here, and what this one tells of itself. */
@QuarkusTest
@SendTest
class EventConsumptionTest extends AnasAccount {
    @Test
    void dropsAScheduledFollowUpWhenAReplyComesFirst() {
        UUID conversation = UUID.randomUUID();
        UUID outgoing = followUp(conversation);
        UUID other = schedule();

        scenario.publish(reply(conversation, MailEvent.Source.LIVE));

        scenario.awaitState(outgoing, "cancelled");
        assertThat(scenario.get(other).getString("state")).isEqualTo("scheduled");
    }

    @ParameterizedTest
    @CsvSource({
        "SENT, bo@example.org",
        "DRAFTS, bo@example.org",
        "JUNK, bo@example.org",
        "TRASH, bo@example.org",
        "INBOX, Alias-ana@example.com"
    })
    void keepsAScheduledFollowUpWhenWhatComesIsNoReply(MailboxRole role, String from) {
        UUID conversation = UUID.randomUUID();
        UUID kept = followUp(conversation);
        UUID after = UUID.randomUUID();
        UUID dropped = followUp(after);

        scenario.publish(arrival(conversation, MailEvent.Source.LIVE, role, from));
        scenario.publish(reply(after, MailEvent.Source.LIVE));

        // One account's events are read in order: when the second is dropped the first was looked at.
        scenario.awaitState(dropped, "cancelled");
        assertThat(scenario.get(kept).getString("state")).isEqualTo("scheduled");
    }

    private MailEvent.MessageReceived reply(UUID conversation, MailEvent.Source source) {
        return arrival(conversation, source, MailboxRole.INBOX, BO);
    }

    private MailEvent.MessageReceived arrival(
            UUID conversation, MailEvent.Source source, MailboxRole role, String from) {
        Message message = SendScenario.arrived(conversation, "<2@example.org>", "Re: Hello", from);
        Mailbox mailbox = new Mailbox(UUID.randomUUID(), List.of(role.name()), role);
        return new MailEvent.MessageReceived(ana.id(), scenario.organization, message, mailbox, source, false);
    }

    @Test
    void sendsWhatARuleAsksForOnce() {
        UUID request = UUID.randomUUID();
        SendRequest.Requested asked = new SendRequest.Requested(
                request,
                ana.id(),
                scenario.organization,
                List.of(new Address("Bo", BO)),
                List.of(),
                List.of(),
                "Re: Hello",
                "We got your mail.",
                null,
                "<1@example.org>",
                List.of("<0@example.org>", "<1@example.org>"),
                null,
                true,
                new Origin(Origin.Kind.RULE, UUID.randomUUID(), null, 1));
        CloudEvent<?> event = new CloudEvent<>(UUID.randomUUID(), "/rules-service", Instant.now(), asked);

        scenario.publish(event);
        scenario.publish(event);
        scenario.publish(asked);

        UUID outgoing = EventIds.of("outgoing", request);
        scenario.awaitEvent(outgoing, "send.accepted");
        UUID after = scenario.send(ana, BO);
        scenario.awaitState(after, "accepted");
        assertThat(scenario.server.accepted()).hasSize(2);
        assertThat(scenario.server.accepted().getFirst().text())
                .contains("Auto-Submitted: auto-replied")
                .contains("In-Reply-To: <1@example.org>")
                .contains("References: <0@example.org>\r\n <1@example.org>");
    }

    @Test
    void doesNotWaitForAnAccountThatIsRemovedOrAnotherOrganizations() {
        SendScenario.Account gone = scenario.account("gone@example.com");
        scenario.publish(new AccountEvent.Removed(gone.id(), scenario.organization, 2));
        Awaitility.await()
                .atMost(SendScenario.AWAIT_MAX)
                .until(() -> scenario.member()
                                .body(SendScenario.mail(gone, BO))
                                .post(PATH)
                                .statusCode()
                        == 404);
        UUID request = UUID.randomUUID();

        Instant began = Instant.now();
        scenario.publish(asked(UUID.randomUUID(), gone.id(), scenario.organization));
        scenario.publish(asked(UUID.randomUUID(), ana.id(), UUID.randomUUID()));
        scenario.publish(asked(request, ana.id(), scenario.organization));
        scenario.awaitEvent(EventIds.of("outgoing", request), "send.accepted");

        assertThat(Duration.between(began, Instant.now())).isLessThan(SendRequestConsumer.ACCOUNT_WAIT_MAX);
        assertThat(scenario.server.accepted()).hasSize(1);
    }

    private static SendRequest.Requested asked(UUID request, UUID account, UUID organization) {
        return new SendRequest.Requested(
                request,
                account,
                organization,
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
                new Origin(Origin.Kind.RULE, null, null, 1));
    }

    @Test
    void putsAMalformedRequestAsideAndGoesOn() {
        try (KafkaLog dead = KafkaLog.fromNow(Topics.deadLettersOf(Topics.SEND_REQUESTS))) {
            SendRequest.Requested broken = new SendRequest.Requested(
                    UUID.randomUUID(),
                    ana.id(),
                    scenario.organization,
                    List.of(new Address(null, "no address")),
                    List.of(),
                    List.of(),
                    "x",
                    "x",
                    null,
                    null,
                    List.of(),
                    null,
                    true,
                    new Origin(Origin.Kind.RULE, null, null, 1));
            scenario.publish(broken);

            assertThat(dead.await("a dead letter", record -> ana.id().toString().equals(record.key()))
                            .headers()
                            .get("dead-letter-reason"))
                    .contains("/to/0/address")
                    .doesNotContain("no address");
        }
    }

    @Test
    void cancelsTheMailOfARemovedAccount() {
        UUID waiting = schedule();

        scenario.publish(new AccountEvent.Removed(ana.id(), scenario.organization, 2));

        scenario.awaitState(waiting, "cancelled");
        scenario.awaitEvent(waiting, "send.cancelled");
        scenario.member().body(SendScenario.mail(ana, BO)).post(PATH).then().statusCode(404);
    }

    @Test
    void takesNoAccountEventThatIsOlderOrOfAnotherOrganization() {
        scenario.publish(new AccountEvent.Removed(ana.id(), UUID.randomUUID(), 9));
        scenario.publish(new AccountEvent.Changed(scenario.state(ana, 1, 7)));

        UUID outgoing = scenario.send(ana, BO);

        scenario.awaitState(outgoing, "accepted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health/live", "/q/health/ready", "/q/health/started", "/q/openapi"})
    void tellsHowItIs(String path) {
        Awaitility.await()
                .atMost(SendScenario.AWAIT_MAX)
                .until(() -> RestAssured.get(path).statusCode() == 200);
    }

    @Test
    void countsWhatItDoes() {
        UUID outgoing = scenario.send(ana, BO);
        scenario.awaitState(outgoing, "accepted");

        Awaitility.await()
                .atMost(SendScenario.AWAIT_MAX)
                .untilAsserted(() -> assertThat(RestAssured.get("/q/metrics").asString())
                        .contains("mailroom_send_outcomes_total{outcome=\"accepted\"")
                        .contains("mailroom_send_queued")
                        .contains("mailroom_send_unknown")
                        .contains("mailroom_send_oldest_due_seconds")
                        .contains("mailroom_send_attempt_seconds_count"));
    }
}
