package dev.mailroom.send.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.contracts.Message;
import dev.mailroom.contracts.Origin;
import dev.mailroom.contracts.SendRequest;
import dev.mailroom.contracts.Topics;
import dev.mailroom.send.AnasAccount;
import dev.mailroom.send.SendScenario;
import dev.mailroom.send.SendTest;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.TestPostgres;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Records that name another organization than the account or the message they are about: nothing changes, and a person can look at them. */
@QuarkusTest
@SendTest
class ForeignOrganizationTest extends AnasAccount {
    private final UUID stranger = UUID.randomUUID();

    @Test
    void changesNoAccount() throws SQLException {
        String before = account();
        AccountState state = scenario.state(ana, 9, 9);
        AccountState theirs = new AccountState(
                state.account(),
                stranger,
                state.revision(),
                state.kind(),
                "Eve",
                "eve@example.net",
                "eve",
                state.imap(),
                new AccountState.Server("127.0.0.1", 1, AccountState.Encryption.TLS),
                state.history(),
                true,
                state.credentialVersion(),
                List.of("eve@example.net"),
                state.sharing(),
                state.createdAt(),
                UUID.randomUUID(),
                AccountState.Audience.nobody(),
                List.of());

        assertPutAside(new AccountEvent.Changed(theirs));
        assertPutAside(new AccountEvent.Removed(ana.id(), stranger, Long.MAX_VALUE));

        assertThat(account()).isEqualTo(before);
        scenario.awaitState(scenario.send(ana, BO), "accepted");
    }

    @Test
    void sendsNothing() {
        UUID request = UUID.randomUUID();
        assertPutAside(new SendRequest.Requested(
                request,
                ana.id(),
                stranger,
                List.of(new Address(null, BO)),
                List.of(),
                List.of(),
                "Hello",
                "Hello",
                null,
                null,
                List.of(),
                null,
                true,
                new Origin(Origin.Kind.RULE, null, null, 1)));

        scenario.member()
                .get(PATH + "/" + EventIds.of("outgoing", request))
                .then()
                .statusCode(404);
        assertThat(scenario.server.accepted()).isEmpty();
    }

    @Test
    void changesNoMessage() {
        UUID conversation = UUID.randomUUID();
        UUID waiting = followUp(conversation);
        UUID sent = scenario.send(ana, BO);
        scenario.awaitState(sent, "accepted");
        String copy = scenario.get(sent).getString("sent_copy");
        Origin origin = new Origin(Origin.Kind.SEND, sent, null, 1);
        UUID command = SendEvents.appendCommand(sent);

        assertPutAside(new MailEvent.CommandSucceeded(
                ana.id(), stranger, command, "append_sent", null, origin, "found_on_server"));
        assertThat(scenario.get(sent).getString("sent_copy")).isEqualTo(copy);

        // A reply in the organization of the follow-up, to an account of another: it cancels nothing either.
        UUID theirs = theirAccount();
        assertPutAside(new MailEvent.MessageReceived(
                theirs, scenario.organization, reply(conversation), inbox(), MailEvent.Source.LIVE, false));
        assertPutAside(new MailEvent.MessageReceived(
                ana.id(), stranger, reply(conversation), inbox(), MailEvent.Source.LIVE, false));
        assertPutAside(
                new MailEvent.CommandSucceeded(ana.id(), stranger, command, "append_sent", null, origin, "appended"));
        assertThat(scenario.get(waiting).getString("state")).isEqualTo("scheduled");
    }

    @Test
    void isItsOwnersAloneUntilItIsTold() throws SQLException {
        UUID sent = scenario.send(ana, BO);
        as("bo").get(PATH + "/" + sent).then().statusCode(200);
        TestPostgres.shared()
                .database("send")
                .execute("update accounts set audience_revision = null where id = '" + ana.id() + "'");

        as("bo").get(PATH + "/" + sent).then().statusCode(404);
        as("bo").get(PATH).then().statusCode(200).body("data.size()", is(0));
        mailAs("bo").then().statusCode(404);
        mailAs("boss", "owner").then().statusCode(404);

        scenario.publish(new AccountEvent.Changed(scenario.state(ana, 2, 1)));

        Awaitility.await()
                .atMost(SendScenario.AWAIT_MAX)
                .untilAsserted(() -> as("bo").get(PATH + "/" + sent).then().statusCode(200));
        mailAs("bo").then().statusCode(202);
    }

    private io.restassured.specification.RequestSpecification as(String subject) {
        return SendScenario.as("member", scenario.organization, subject);
    }

    private Response mailAs(String subject) {
        return mailAs(subject, "member");
    }

    private Response mailAs(String subject, String role) {
        return SendScenario.as(role, scenario.organization, subject)
                .body(SendScenario.mail(ana, BO))
                .post(PATH);
    }

    /** The record is among the dead letters of its topic, for a reason that says whose it is not. */
    private void assertPutAside(MailroomEvent event) {
        String topic =
                switch (event) {
                    case AccountEvent _ -> Topics.ACCOUNT_EVENTS;
                    case SendRequest _ -> Topics.SEND_REQUESTS;
                    default -> Topics.MAIL_EVENTS;
                };
        try (KafkaLog dead = KafkaLog.fromNow(Topics.deadLettersOf(topic))) {
            scenario.publish(event);

            dead.await(
                    "a dead letter",
                    record -> event.partitionKey().equals(record.key())
                            && record.headers()
                                    .getOrDefault("dead-letter-reason", "")
                                    .contains("another organization"));
        }
    }

    private UUID theirAccount() {
        UUID id = UUID.randomUUID();
        AccountState mine = scenario.state(ana, 1, 1);
        scenario.publish(new AccountEvent.Connected(new AccountState(
                id,
                stranger,
                1,
                mine.kind(),
                "Eve",
                "eve@example.net",
                "eve",
                mine.imap(),
                mine.smtp(),
                mine.history(),
                false,
                1,
                List.of("eve@example.net"),
                mine.sharing(),
                mine.createdAt())));
        Awaitility.await().atMost(SendScenario.AWAIT_MAX).until(() -> row(id).contains("eve"));
        return id;
    }

    private String account() throws SQLException {
        return row(ana.id());
    }

    private static String row(UUID account) throws SQLException {
        try (var connection = TestPostgres.shared().database("send").connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select coalesce((select row_to_json(a)::text from accounts a where id = '" + account
                                + "'), '')")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Mailbox inbox() {
        return new Mailbox(UUID.randomUUID(), List.of("INBOX"), MailboxRole.INBOX);
    }

    private static Message reply(UUID conversation) {
        return SendScenario.arrived(conversation, "<2@example.org>", "Re: Hello", BO);
    }
}
