package dev.mailroom.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.contracts.Topics;
import dev.mailroom.rules.ServiceFixture;
import dev.mailroom.rules.TestMessages;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.MailroomInfrastructure;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** From an event on Kafka to commands on Kafka, through the real service, PostgreSQL and broker. */
@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "rules"))
class RulesFlowTest extends RuleFlow {
    @Test
    void aReceivedMessageBecomesCommandsOnceThoughTheEventComesTwice() {
        // Given
        String rule = fixture.createRule(organization, owner, """
                {"description": "Invoices", "type": "incoming_email", "scope": "personal",
                 "condition": {"all": [{"field": "from", "op": "ends_with", "value": "@EXAMPLE.org"},
                                       {"field": "subject", "op": "contains", "value": "invoice"}]},
                 "actions": [{"type": "apply_label", "label": "Finance/Invoices"}, {"type": "mark_read"}]}
                """);
        MailEvent.MessageReceived received =
                received(TestMessages.message().subject("Your INVOICE 7").build());
        UUID event = UUID.randomUUID();

        // When
        fixture.send(event, received);
        fixture.send(event, received);
        fixture.send(
                UUID.randomUUID(),
                received(TestMessages.message().subject("invoice, the next").build()));

        // Then
        ruleEvents.awaitAll("rule.ran", 2, of(account));
        List<LoggedRecord> asked = commands.awaitAll("commands", 4, of(account));
        assertThat(asked).hasSize(4);
        assertThat(asked.subList(0, 2))
                .extracting(LoggedRecord::type)
                .containsExactly("dev.mailroom.mail.apply_label.v1", "dev.mailroom.mail.mark_read.v1");
        JsonNode label = asked.getFirst().data();
        assertThat(label.get("label").textValue()).isEqualTo("Finance/Invoices");
        assertThat(label.get("message").textValue())
                .isEqualTo(received.message().id().toString());
        assertThat(label.at("/origin/kind").textValue()).isEqualTo("rule");
        assertThat(label.at("/origin/id").textValue()).isEqualTo(rule);
        assertThat(label.at("/origin/event").textValue()).isEqualTo(event.toString());
        assertThat(label.at("/origin/depth").intValue()).isEqualTo(1);
        JsonNode ran = ruleEvents.records().getFirst().data();
        assertThat(ran.get("actions")).hasSize(2);
        assertThat(ran.at("/actions/0/outcome").textValue()).isEqualTo("ok");
        assertThat(fixture.runs(organization, owner, rule)).hasSize(2);
    }

    @Test
    void nothingButLiveMailWhereRulesLookFiresARule() {
        // Given
        fixture.createRule(organization, owner, always("archive"));
        Message message = TestMessages.message().build();
        Mailbox inbox = mailbox("INBOX", MailboxRole.INBOX);

        // When
        fixture.send(UUID.randomUUID(), new MailEvent.MessageImported(account, organization, message, inbox));
        fixture.send(UUID.randomUUID(), received(message, inbox, MailEvent.Source.IMPORT));
        fixture.send(UUID.randomUUID(), received(message, inbox, MailEvent.Source.RESYNC));
        for (MailboxRole role : List.of(MailboxRole.SENT, MailboxRole.TRASH, MailboxRole.DRAFTS, MailboxRole.JUNK)) {
            fixture.send(UUID.randomUUID(), received(message, mailbox("X", role), MailEvent.Source.LIVE));
        }
        Message last = TestMessages.message().build();
        fixture.send(UUID.randomUUID(), received(last, mailbox("Filed", null), MailEvent.Source.LIVE));

        // Then: the records of an account are read in order, so all before the last one were looked at.
        List<LoggedRecord> asked = commands.awaitAll("command", 1, of(account));
        assertThat(asked)
                .singleElement()
                .satisfies(command -> assertThat(command.data().get("message").textValue())
                        .isEqualTo(last.id().toString()));
        assertThat(ServiceFixture.count("rule_run where account = '" + account + "'"))
                .isEqualTo(1);
    }

    @Test
    void anotherOrganizationsMailDoesNotRunOurRules() {
        // Given
        UUID otherOrganization = UUID.randomUUID();
        UUID otherAccount = UUID.randomUUID();
        fixture.createRule(organization, owner, always("archive"));
        fixture.connectAccount(otherAccount, otherOrganization, owner, false, "x@example.net");
        Mailbox inbox = mailbox("INBOX", MailboxRole.INBOX);

        // When: mail of the other organization, and one that claims our account for it
        fixture.send(
                UUID.randomUUID(),
                new MailEvent.MessageReceived(
                        otherAccount,
                        otherOrganization,
                        TestMessages.message().build(),
                        inbox,
                        MailEvent.Source.LIVE,
                        false));
        fixture.send(
                UUID.randomUUID(),
                new MailEvent.MessageReceived(
                        account,
                        otherOrganization,
                        TestMessages.message().build(),
                        inbox,
                        MailEvent.Source.LIVE,
                        false));
        Message ours = TestMessages.message().build();
        fixture.send(UUID.randomUUID(), received(ours));

        // Then
        assertThat(commands.awaitAll("command", 1, of(account)))
                .singleElement()
                .satisfies(command -> assertThat(command.data().get("message").textValue())
                        .isEqualTo(ours.id().toString()));
        Awaitility.await().until(() -> ServiceFixture.count("inbox where consumer = 'rules'") > 0);
        assertThat(ServiceFixture.count("rule_run where account = '" + otherAccount + "'"))
                .isZero();
    }

    @Test
    void aMalformedRecordGoesToTheDeadLettersAndTheNextIsHandled() {
        try (KafkaLog deadLetters = KafkaLog.fromNow(Topics.deadLettersOf(Topics.MAIL_EVENTS))) {
            fixture.createRule(organization, owner, always("archive"));
            byte[] garbage = "{\"not\": \"an event".getBytes(StandardCharsets.UTF_8);

            fixture.send(new ProducerRecord<>(Topics.MAIL_EVENTS, account.toString(), garbage));
            fixture.send(UUID.randomUUID(), received(TestMessages.message().build()));

            LoggedRecord dead = deadLetters.await("dead letter", of(account));
            assertThat(dead.value()).isEqualTo(garbage);
            assertThat(dead.headers().get("dead-letter-reason")).contains("ce_type");
            commands.awaitAll("command", 1, of(account));
        }
    }

    @Test
    void whatFailsOnTheWayLeavesNothingAndARepetitionHasTheSameIds() {
        // Given: the last write of the transaction fails as if the server were going away.
        String rule = fixture.createRule(organization, owner, always("archive"));
        ServiceFixture.execute("create function refuse() returns trigger language plpgsql as $$ begin"
                + " if new.key = '" + account + "' then raise exception 'going away' using errcode = '40001'; end if;"
                + " return new; end $$");
        ServiceFixture.execute("create trigger refuse before insert on outbox for each row execute function refuse()");
        UUID event = UUID.randomUUID();
        MailEvent.MessageReceived received = received(TestMessages.message().build());
        double retried = ServiceFixture.metric("mailroom_events_retried_total");

        // When
        try {
            fixture.send(event, received);
            Awaitility.await("tries")
                    .until(() -> ServiceFixture.metric("mailroom_events_retried_total") >= retried + 2);
            assertThat(ServiceFixture.count("rule_run where rule = '" + rule + "'"))
                    .isZero();
            assertThat(ServiceFixture.count("inbox where event_id = '" + event + "'"))
                    .isZero();
        } finally {
            ServiceFixture.execute("drop trigger refuse on outbox");
            ServiceFixture.execute("drop function refuse");
        }

        // Then
        LoggedRecord first = commands.awaitAll("command", 1, of(account)).getFirst();
        LoggedRecord ran = ruleEvents.awaitAll("rule.ran", 1, of(account)).getFirst();
        assertThat(ServiceFixture.count("rule_run where rule = '" + rule + "'")).isEqualTo(1);

        // When: the database forgets that it was done, as after a restore
        ServiceFixture.execute("delete from inbox where event_id = '" + event + "'");
        ServiceFixture.execute("delete from rule_run where rule = '" + rule + "'");
        fixture.send(event, received);

        // Then
        assertThat(commands.awaitAll("commands", 2, of(account)))
                .extracting(LoggedRecord::id)
                .containsExactly(first.id(), first.id());
        assertThat(ruleEvents.awaitAll("rule.ran", 2, of(account)))
                .extracting(LoggedRecord::id)
                .containsExactly(ran.id(), ran.id());
    }

    @Test
    void aRuleThatNamesARemovedAccountIsBrokenAndNeverMatches() {
        // Given
        UUID old = UUID.randomUUID();
        fixture.connectAccount(old, organization, owner, false, "old@example.com");
        String rule = fixture.createRule(organization, owner, """
                {"description": "Old", "type": "incoming_email", "scope": "personal", "position": 1,
                 "condition": {"field": "email_account", "op": "is_not", "value": "%s"},
                 "actions": [{"type": "trash"}]}
                """.formatted(old));
        fixture.createRule(organization, owner, always("archive"));

        // When
        fixture.removeAccount(old, organization);
        fixture.send(UUID.randomUUID(), received(TestMessages.message().build()));

        // Then
        LoggedRecord broken = ruleEvents.await("rule.broken", of(old));
        assertThat(broken.type()).isEqualTo("dev.mailroom.rule.broken.v1");
        assertThat(broken.data().get("rule").textValue()).isEqualTo(rule);
        assertThat(commands.awaitAll("command", 1, of(account)))
                .extracting(LoggedRecord::type)
                .containsExactly("dev.mailroom.mail.archive.v1");
        ServiceFixture.as("member", organization, owner)
                .get("/v1/rules/" + rule)
                .then()
                .body("state", equalTo("broken"))
                .body("problems[0]", containsString(old.toString()));
    }

    @Test
    void sharedAccountsAreSeenByTheOrganizationsRulesAndPersonalOnesByTheirOwners() {
        // Given
        UUID shared = UUID.randomUUID();
        UUID colleague = UUID.randomUUID();
        fixture.connectAccount(shared, organization, owner, true, "team@example.com");
        fixture.createRule(organization, owner, always("archive"));
        fixture.createRule(organization, colleague, always("trash"));
        fixture.createRule(organization, owner, always("mark_read").replace("personal", "organization"));

        // When
        fixture.send(
                UUID.randomUUID(),
                new MailEvent.MessageReceived(
                        shared,
                        organization,
                        TestMessages.message().build(),
                        mailbox("INBOX", MailboxRole.INBOX),
                        MailEvent.Source.LIVE,
                        false));
        fixture.send(UUID.randomUUID(), received(TestMessages.message().build()));

        // Then
        assertThat(commands.awaitAll("command", 1, of(shared)))
                .extracting(LoggedRecord::type)
                .containsExactly("dev.mailroom.mail.mark_read.v1");
        assertThat(commands.awaitAll("command", 1, of(account)))
                .extracting(LoggedRecord::type)
                .containsExactly("dev.mailroom.mail.archive.v1");
    }

    @Test
    void aMessageThatIsHereBeforeItsAccountWaitsForIt() {
        UUID late = UUID.randomUUID();
        fixture.createRule(organization, owner, always("archive"));

        fixture.send(
                UUID.randomUUID(),
                new MailEvent.MessageReceived(
                        late,
                        organization,
                        TestMessages.message().build(),
                        mailbox("INBOX", MailboxRole.INBOX),
                        MailEvent.Source.LIVE,
                        false));
        fixture.connectAccount(late, organization, owner, false, "late@example.com");

        commands.awaitAll("command", 1, of(late));
    }

    @Test
    void mailOfARemovedOrAnotherOrganizationsAccountHoldsNothingUp() {
        UUID gone = UUID.randomUUID();
        fixture.connectAccount(gone, organization, owner, false, "gone@example.com");
        fixture.removeAccount(gone, organization);
        fixture.createRule(organization, owner, always("archive"));
        Mailbox inbox = mailbox("INBOX", MailboxRole.INBOX);
        Message message = TestMessages.message().build();

        long began = System.nanoTime();
        fixture.send(
                UUID.randomUUID(),
                new MailEvent.MessageReceived(gone, organization, message, inbox, MailEvent.Source.LIVE, false));
        fixture.send(
                UUID.randomUUID(),
                new MailEvent.MessageReceived(
                        account, UUID.randomUUID(), message, inbox, MailEvent.Source.LIVE, false));
        fixture.send(UUID.randomUUID(), received(message));
        commands.awaitAll("command", 1, of(account));

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void aChangedOrDeletedRuleIsNotRunFromMemory() {
        // Given
        String rule = fixture.createRule(organization, owner, always("archive"));
        fixture.send(UUID.randomUUID(), received(TestMessages.message().build()));
        commands.awaitAll("command", 1, of(account));

        // When
        ServiceFixture.as("member", organization, owner)
                .body(always("trash"))
                .put("/v1/rules/" + rule)
                .then()
                .statusCode(200);
        fixture.send(UUID.randomUUID(), received(TestMessages.message().build()));
        commands.awaitAll("commands", 2, of(account));
        ServiceFixture.as("member", organization, owner)
                .delete("/v1/rules/" + rule)
                .then()
                .statusCode(204);
        fixture.createRule(organization, owner, always("spam"));
        fixture.send(UUID.randomUUID(), received(TestMessages.message().build()));

        // Then
        assertThat(commands.awaitAll("commands", 3, of(account)))
                .extracting(LoggedRecord::type)
                .containsExactly(
                        "dev.mailroom.mail.archive.v1", "dev.mailroom.mail.trash.v1", "dev.mailroom.mail.spam.v1");
    }
}
