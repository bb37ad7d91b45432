package dev.mailroom.rules.evaluation;

import static dev.mailroom.rules.TestMessages.message;
import static dev.mailroom.rules.condition.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.rules.TestRules;
import dev.mailroom.rules.condition.Effort;
import dev.mailroom.rules.condition.Field;
import dev.mailroom.rules.rule.Rule;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RulePassTest {
    private static final String CATASTROPHE = "{'field': 'body', 'op': 'matches_regex', 'value': '(x+x+)+y'}";

    @Test
    void aThousandRulesFoldEachFieldOnceAndAskEachConditionOnce() {
        // Given
        Message long32k = message().text("lorem ipsum ".repeat(2_700)).build();
        MessageFacts facts = facts(long32k);
        Effort effort = new Effort(50_000_000);
        List<Rule> rules = IntStream.range(0, Rule.RULES_MAX)
                .mapToObj(i -> TestRules.rule(
                        tree("{'any': [{'field': 'body', 'op': 'contains', 'value': 'absent %d'},".formatted(i)
                                + "{'field': 'subject', 'op': 'is', 'value': 'other'},"
                                + "{'field': 'from', 'op': 'ends_with', 'value': '@nowhere.example'}]}")))
                .toList();

        // When
        List<RulePass.Match> matches = pass(facts, effort, false).over(rules);

        // Then
        assertThat(matches).isEmpty();
        assertThat(effort.leaves()).isEqualTo(3L * Rule.RULES_MAX);
        assertThat(facts.foldings()).isEqualTo(3).isLessThanOrEqualTo(Field.values().length);
    }

    @Test
    void aPatternThatIsSlowElsewhereCostsWhatTheTextIsLong() {
        // Given: no "y" at the end, which makes a backtracking engine try 2^n ways.
        Effort small = new Effort(Long.MAX_VALUE);
        Effort large = new Effort(Long.MAX_VALUE);
        List<Rule> rule = List.of(TestRules.rule(tree(CATASTROPHE)));

        // When
        pass(facts(message().text("x".repeat(1_000)).build()), small, false).over(rule);
        pass(facts(message().text("x".repeat(32_000)).build()), large, false).over(rule);

        // Then
        assertThat(large.patternSteps()).isLessThanOrEqualTo(32 * small.patternSteps() + 32);
    }

    @Test
    void patternsThatCostTooMuchFailTheirRuleAndNotTheNext() {
        Effort effort = new Effort(100_000);
        Rule costly = TestRules.rule(tree(CATASTROPHE));
        Rule cheap = TestRules.rule(tree("{'field': 'body', 'op': 'contains', 'value': 'xxx'}"));

        List<RulePass.Match> matches = pass(
                        facts(message().text("x".repeat(32_000)).build()), effort, false)
                .over(List.of(costly, cheap));

        assertThat(matches).hasSize(2);
        assertThat(matches.getFirst().fault()).contains("cost more");
        assertThat(matches.getLast().fault()).isNull();
        assertThat(matches.getLast().rule()).isEqualTo(cheap);
    }

    @Test
    void junkIsSeenOnlyByRulesThatAskForIt() {
        Rule everything = TestRules.rule(tree("{}"));
        Rule junk = TestRules.rule(tree("{'field': 'spam', 'op': 'is', 'value': true}"));
        MessageFacts facts = new MessageFacts(
                message().build(),
                new MessageFacts.Place(
                        UUID.randomUUID(), new Mailbox(UUID.randomUUID(), List.of("Junk"), MailboxRole.JUNK), true));

        List<RulePass.Match> matches = pass(facts, new Effort(1_000), true).over(List.of(everything, junk));

        assertThat(matches).extracting(RulePass.Match::rule).containsExactly(junk);
        assertThat(matches.getFirst().matched()).containsExactly("");
    }

    private static RulePass pass(MessageFacts facts, Effort effort, boolean junk) {
        return new RulePass(facts, effort, junk, () -> 0);
    }

    private static MessageFacts facts(Message message) {
        return new MessageFacts(
                message,
                new MessageFacts.Place(
                        UUID.randomUUID(), new Mailbox(UUID.randomUUID(), List.of("INBOX"), MailboxRole.INBOX), false));
    }
}
