package dev.mailroom.send.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.contracts.Origin;
import dev.mailroom.send.AnasAccount;
import dev.mailroom.send.SendScenario;
import dev.mailroom.send.SendTest;
import dev.mailroom.testkit.TestPostgres;
import dev.mailroom.testkit.smtp.SmtpFault;
import dev.mailroom.testkit.smtp.SmtpStep;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Mail of which nobody knew whether it was sent, found in a mailbox; and how long the bytes of sent mail stay. */
@QuarkusTest
@SendTest
class TurnedUpTest extends AnasAccount {
    @Inject
    KeptBytes kept;

    private UUID unknown(String... to) {
        scenario.server.once(SmtpStep.AFTER_ACCEPTANCE, SmtpFault.drop());
        UUID outgoing = scenario.send(ana, to);
        scenario.awaitState(outgoing, "unknown");
        return outgoing;
    }

    private void arrives(UUID outgoing, UUID account, UUID organization, MailboxRole role) {
        Message message = SendScenario.arrived(
                UUID.randomUUID(), scenario.get(outgoing).getString("email_message_id"), "Hello", ana.email());
        Mailbox mailbox = new Mailbox(UUID.randomUUID(), List.of(role.name()), role);
        scenario.publish(
                new MailEvent.MessageReceived(account, organization, message, mailbox, MailEvent.Source.RESYNC, false));
    }

    @Test
    void believesTheSentFolderOfTheAccount() {
        UUID outgoing = unknown(BO);

        arrives(outgoing, ana.id(), scenario.organization, MailboxRole.SENT);

        JsonPath view = scenario.awaitState(outgoing, "accepted");
        assertThat(view.getString("reason")).isEqualTo("found_in_sent_folder");
        assertThat(view.getString("sent_copy")).isEqualTo("found_on_server");
        assertThat(view.getString("to[0].state")).isEqualTo("accepted");
        assertThat(scenario.awaitEvent(outgoing, "send.accepted")
                        .data()
                        .path("evidence")
                        .asText())
                .isEqualTo("sent_folder");
        assertThat(scenario.appendSentCommands(outgoing)).isZero();
    }

    @Test
    void believesAnInboxOfTheOrganizationAndAsksForTheSentCopy() {
        UUID outgoing = unknown(BO);

        arrives(outgoing, UUID.randomUUID(), scenario.organization, MailboxRole.INBOX);

        assertThat(scenario.awaitState(outgoing, "accepted").getString("sent_copy"))
                .isEqualTo("pending");
        assertThat(scenario.awaitEvent(outgoing, "send.accepted")
                        .data()
                        .path("evidence")
                        .asText())
                .isEqualTo("inbox");
        scenario.awaitAppendSent(outgoing);
    }

    @Test
    void believesNothingElse() {
        UUID several = unknown(BO, "cy@example.org");
        UUID outgoing = unknown(BO);
        UUID other = UUID.randomUUID();

        arrives(several, other, scenario.organization, MailboxRole.INBOX);
        arrives(outgoing, other, UUID.randomUUID(), MailboxRole.INBOX);
        arrives(outgoing, other, scenario.organization, MailboxRole.SENT);
        arrives(outgoing, other, scenario.organization, MailboxRole.DRAFTS);
        arrives(outgoing, other, scenario.organization, MailboxRole.JUNK);
        // The events of one account are read in order: when this one is believed the others were looked at.
        UUID last = unknown(BO);
        arrives(last, other, scenario.organization, MailboxRole.INBOX);
        scenario.awaitState(last, "accepted");

        assertThat(scenario.get(several).getString("state")).isEqualTo("unknown");
        assertThat(scenario.get(outgoing).getString("state")).isEqualTo("unknown");
    }

    @Test
    void removesTheBytesOfWhatIsInTheSentFolderForLong() throws Throwable {
        UUID old = scenario.send(ana, BO);
        scenario.awaitState(old, "accepted");
        scenario.publish(new MailEvent.CommandSucceeded(
                ana.id(),
                scenario.organization,
                SendEvents.appendCommand(old),
                "append_sent",
                null,
                new Origin(Origin.Kind.SEND, old, null, 0),
                "appended"));
        scenario.awaitOutgoing(
                old, "sent_copy", view -> view.getString("sent_copy").equals("appended"));
        UUID young = unknown(BO);
        arrives(young, ana.id(), scenario.organization, MailboxRole.SENT);
        scenario.awaitState(young, "accepted");
        UUID doubtful = unknown(BO);
        copied(old, 31, "copied_at is not null");
        copied(young, 29, "copied_at is not null");
        copied(doubtful, 31, "copied_at is null");

        VertxContextSupport.subscribeAndAwait(kept::remove);

        assertThat(raw(young)).isEqualTo(200);
        assertThat(raw(doubtful)).isEqualTo(200);
        assertThat(raw(old)).isEqualTo(410);
        scenario.member()
                .get("/v1/outgoing/" + old + "/raw")
                .then()
                .contentType("application/problem+json")
                .body("type", containsString("raw-removed"));
        assertThat(scenario.get(old).getString("state")).isEqualTo("accepted");
    }

    private int raw(UUID outgoing) {
        return scenario.member().get("/v1/outgoing/" + outgoing + "/raw").statusCode();
    }

    private static void copied(UUID outgoing, int daysAgo, String condition) throws SQLException {
        TestPostgres.shared()
                .database("send")
                .execute("update outgoing_mime set copied_at = now() - interval '" + daysAgo + " days' where id = '"
                        + outgoing + "' and " + condition);
    }
}
