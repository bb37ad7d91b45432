package dev.mailroom.rules.evaluation;

import static dev.mailroom.rules.TestMessages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.contracts.RuleEvent;
import dev.mailroom.contracts.SendRequest;
import dev.mailroom.rules.TestRules;
import dev.mailroom.rules.action.Action;
import dev.mailroom.rules.condition.Condition;
import dev.mailroom.rules.log.RuleRun;
import dev.mailroom.rules.log.RuleRuns;
import dev.mailroom.rules.rule.Rule;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final EvaluationConfig CONFIG = new SmallRyeConfigBuilder()
            .withMapping(EvaluationConfig.class)
            .build()
            .getConfigMapping(EvaluationConfig.class);
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Action READ = new Action.OnMessage(Action.Simple.MARK_READ);
    private static final Action ARCHIVE = new Action.OnMessage(Action.Simple.ARCHIVE);
    private static final Action ANSWER = new Action.SendResponse(null, "Thank you.");

    private final UUID event = UUID.randomUUID();

    @Test
    void theSameMatchesGiveTheSameIds() {
        Rule rule = rule(READ, ARCHIVE, ANSWER);
        Planner.Received received = received(message().build());

        Effects once = plan(received, Guards.NONE, rule);
        Effects again = new Planner(received, Guards.NONE, CONFIG, NOW.plusSeconds(60)).plan(matches(rule));

        assertThat(ids(again)).isEqualTo(ids(once)).doesNotHaveDuplicates().hasSize(4);
        assertThat(again.runs().getFirst().id())
                .isEqualTo(once.runs().getFirst().id());
    }

    @Test
    void everyActionBecomesItsCommandWithItsOrigin() {
        Rule rule = rule(
                new Action.ApplyLabel("A/B"),
                new Action.RemoveLabel("C"),
                READ,
                new Action.OnMessage(Action.Simple.MARK_UNREAD),
                ARCHIVE,
                new Action.OnMessage(Action.Simple.TRASH),
                new Action.OnMessage(Action.Simple.SPAM),
                new Action.OnMessage(Action.Simple.MOVE_TO_INBOX));
        Planner.Received received = received(message().build());

        Effects effects = plan(received, Guards.NONE, rule);

        List<CloudEvent<?>> commands = effects.events().subList(0, 8);
        assertThat(commands)
                .extracting(command -> command.data().getClass().getSimpleName())
                .containsExactly(
                        "ApplyLabel",
                        "RemoveLabel",
                        "MarkRead",
                        "MarkUnread",
                        "Archive",
                        "Trash",
                        "Spam",
                        "MoveToInbox");
        assertThat(commands).allSatisfy(command -> {
            MailCommand.OnMessage data = (MailCommand.OnMessage) command.data();
            assertThat(data.command()).isEqualTo(command.id());
            assertThat(data.message()).isEqualTo(received.message().id());
            assertThat(data.account()).isEqualTo(received.data().account());
            assertThat(data.organization()).isEqualTo(received.data().organization());
            assertThat(data.origin().depth()).isEqualTo(1);
            assertThat(data.origin().event()).isEqualTo(event);
        });
    }

    @Test
    void stopEndsThePassAndAPausedRuleDoesNotStopTheOthers() {
        Rule paused = TestRules.rule(Condition.always(), true, READ);
        Rule first = rule(ARCHIVE, new Action.Stop());
        Rule never = rule(READ);
        Guards guards = ran(paused, CONFIG.runsPerConversationMax(), 0);

        Effects effects = plan(received(message().build()), guards, paused, first, never);

        assertThat(effects.runs()).extracting(RuleRun::rule).containsExactly(paused.id(), first.id());
        assertThat(effects.runs())
                .extracting(RuleRun::outcome)
                .containsExactly(RuleRun.Outcome.PAUSED, RuleRun.Outcome.RAN);
    }

    @Test
    void aRulePausesAtItsBoundAndSaysSoOnce() {
        Rule rule = rule(READ);
        Planner.Received received = received(message().build());
        int bound = CONFIG.runsPerConversationMax();

        Effects below = plan(received, ran(rule, bound - 1, 0), rule);
        Effects at = plan(received, ran(rule, bound, 0), rule);
        Effects after = plan(received, ran(rule, bound, 1), rule);

        assertThat(below.runs().getFirst().outcome()).isEqualTo(RuleRun.Outcome.RAN);
        assertThat(at.events())
                .singleElement()
                .satisfies(told -> assertThat(told.data()).isInstanceOf(RuleEvent.Failed.class));
        assertThat(at.runs().getFirst().reason()).contains("20 times within 60 minutes");
        assertThat(after.events()).isEmpty();
        assertThat(after.runs()).hasSize(1);
    }

    @Test
    void rulesThatLeadToOneAnotherEndAtTheDepthBound() {
        Rule rule = rule(READ);
        Planner.Received shallow = received(message().build(), CONFIG.depthMax() - 1);
        Planner.Received deep = received(message().build(), CONFIG.depthMax());

        assertThat(plan(shallow, Guards.NONE, rule).runs().getFirst().outcome()).isEqualTo(RuleRun.Outcome.RAN);
        assertThat(plan(deep, Guards.NONE, rule).runs().getFirst().outcome()).isEqualTo(RuleRun.Outcome.FAILED);
        assertThat(plan(deep, Guards.NONE, rule).events()).noneMatch(told -> told.data() instanceof MailCommand);
    }

    @Test
    void aSecondRuleDoesNotAskForTheSameAgain() {
        Effects effects = plan(received(message().build()), Guards.NONE, rule(ARCHIVE), rule(ARCHIVE, READ));

        assertThat(effects.events().stream().filter(command -> command.data() instanceof MailCommand))
                .hasSize(2);
        assertThat(effects.runs().getLast().actions().getFirst().outcome()).isEqualTo("skipped");
    }

    @Test
    void anAnswerGoesToTheSenderInTheThreadAndSaysThatAMachineSentIt() {
        Message message = message()
                .subject("Re: question\r\nBcc: x@x.org")
                .replyTo("support@example.org")
                .to("team@example.com", "sales@example.com")
                .build();

        Effects effects = plan(received(message), Guards.NONE, rule(ANSWER));

        SendRequest.Requested request =
                (SendRequest.Requested) effects.events().getFirst().data();
        assertThat(request.to())
                .singleElement()
                .satisfies(to -> assertThat(to.address()).isEqualTo("support@example.org"));
        assertThat(request.subjectLine()).isEqualTo("Re: questionBcc: x@x.org");
        assertThat(request.inReplyTo()).isEqualTo(message.emailMessageId());
        assertThat(request.references()).containsExactly("<root@example.org>", message.emailMessageId());
        assertThat(request.addressedTo()).containsExactly("team@example.com", "sales@example.com");
        assertThat(request.autoSubmitted()).isTrue();
        assertThat(effects.responses())
                .singleElement()
                .satisfies(row -> assertThat(row.sender()).isEqualTo("support@example.org"));
    }

    @Test
    void anAnswerIsSkippedByEachGuardAndTheOtherActionsGoOn() {
        Rule rule = rule(ANSWER, READ);
        UUID other = UUID.randomUUID();
        Map<String, Guards> guards = Map.of(
                "an address of the organization", new Guards(Map.of(), true, Set.of(), 0, 0),
                "this rule answered", new Guards(Map.of(), false, Set.of(rule.id()), 1, 1),
                "the sender got 5", new Guards(Map.of(), false, Set.of(other), 5, 5),
                "the organization sent 500", new Guards(Map.of(), false, Set.of(), 0, 500));

        guards.forEach((reason, known) -> {
            Effects effects = plan(received(message().build()), known, rule);
            RuleEvent.ActionOutcome answer = effects.runs().getFirst().actions().getFirst();
            assertThat(answer.outcome()).as(reason).isEqualTo("skipped");
            assertThat(answer.reason()).contains(reason);
            assertThat(effects.responses()).isEmpty();
            assertThat(effects.events())
                    .extracting(told -> told.data().getClass().getSimpleName())
                    .containsExactly("MarkRead", "Ran");
        });
    }

    @Test
    void thePassItselfCountsTowardsTheCapOfASender() {
        Rule[] rules = new Rule[CONFIG.responses().perSenderMax() + 2];
        Arrays.setAll(rules, i -> rule(ANSWER));

        Effects effects = plan(received(message().build()), Guards.NONE, rules);

        assertThat(effects.responses()).hasSize(CONFIG.responses().perSenderMax());
    }

    @Test
    void junkIsNeverAnswered() {
        MailEvent.MessageReceived junk = new MailEvent.MessageReceived(
                UUID.randomUUID(),
                UUID.randomUUID(),
                message().build(),
                new Mailbox(UUID.randomUUID(), List.of("Junk"), MailboxRole.JUNK),
                MailEvent.Source.LIVE,
                true);

        assertThat(plan(new Planner.Received(event, junk, 0), Guards.NONE, rule(ANSWER))
                        .responses())
                .isEmpty();
    }

    private static Guards ran(Rule rule, long ran, long paused) {
        return new Guards(Map.of(rule.id(), new RuleRuns.Recent(ran, paused)), false, Set.of(), 0, 0);
    }

    private Effects plan(Planner.Received received, Guards guards, Rule... rules) {
        return new Planner(received, guards, CONFIG, NOW).plan(matches(rules));
    }

    private static List<RulePass.Match> matches(Rule... rules) {
        return Arrays.stream(rules)
                .map(rule -> new RulePass.Match(rule, List.of(), null, 1))
                .toList();
    }

    private static Rule rule(Action... actions) {
        return TestRules.rule(Condition.always(), actions);
    }

    private Planner.Received received(Message message) {
        return received(message, 0);
    }

    private Planner.Received received(Message message, int depth) {
        MailEvent.MessageReceived data = new MailEvent.MessageReceived(
                UUID.randomUUID(),
                UUID.randomUUID(),
                message,
                new Mailbox(UUID.randomUUID(), List.of("INBOX"), MailboxRole.INBOX),
                MailEvent.Source.LIVE,
                false);
        return new Planner.Received(event, data, depth);
    }

    private static List<UUID> ids(Effects effects) {
        return effects.events().stream().<UUID>map(CloudEvent::id).toList();
    }
}
