package dev.mailroom.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What keeps rules from answering machines, people twice, and themselves: through the real service, PostgreSQL and broker. */
@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "rules"))
class RuleGuardsFlowTest extends RuleFlow {
    @Test
    void aSenderIsAnsweredOnceADayByARuleAndOurselvesNever() {
        try (KafkaLog requests = KafkaLog.fromNow(Topics.SEND_REQUESTS)) {
            String rule = fixture.createRule(organization, owner, """
                    {"description": "Answer", "type": "incoming_email", "scope": "personal",
                     "actions": [{"type": "send_response", "subject": null, "text": "We got your mail."}]}
                    """);

            fixture.send(
                    UUID.randomUUID(),
                    received(TestMessages.message().from(null, "bo@example.org").build()));
            fixture.send(
                    UUID.randomUUID(),
                    received(TestMessages.message().from(null, "BO@Example.org").build()));
            fixture.send(
                    UUID.randomUUID(),
                    received(
                            TestMessages.message().from(null, "Ana@Example.com").build()));
            fixture.send(
                    UUID.randomUUID(),
                    received(TestMessages.message()
                            .from(null, "carl@example.org")
                            .build()));

            List<LoggedRecord> asked = requests.awaitAll("send.requested", 2, of(account));
            assertThat(asked)
                    .extracting(request -> request.data().at("/to/0/address").textValue())
                    .containsExactly("bo@example.org", "carl@example.org");
            assertThat(asked.getFirst().data().get("subject_line").textValue()).isEqualTo("Re: Hello");
            ruleEvents.awaitAll("rule.ran", 4, of(account));
            assertThat(fixture.runs(organization, owner, rule).toString())
                    .contains("this rule answered the sender within 24 hours")
                    .contains("the sender is an address of the organization");
        }
    }

    @Test
    void aRuleThatRunsTooOftenInAConversationPausesThereOnly() {
        // Given
        String rule = fixture.createRule(organization, owner, always("mark_read"));
        UUID conversation = UUID.randomUUID();

        // When
        for (int i = 0; i < 22; i++) {
            fixture.send(
                    UUID.randomUUID(),
                    received(TestMessages.message().conversation(conversation).build()));
        }
        fixture.send(UUID.randomUUID(), received(TestMessages.message().build()));

        // Then
        assertThat(commands.awaitAll("commands", 21, of(account))).hasSize(21);
        assertThat(ruleEvents.awaitAll("events of the rule", 22, of(account)))
                .filteredOn(record -> record.type().equals("dev.mailroom.rule.failed.v1"))
                .singleElement()
                .satisfies(failed ->
                        assertThat(failed.data().get("reason").textValue()).contains("paused"));
        assertThat(ServiceFixture.count("rule_run where rule = '" + rule + "' and outcome = 'paused'"))
                .isEqualTo(2);
    }
}
