package dev.mailroom.rules.evaluation;

import static dev.mailroom.rules.TestMessages.message;
import static dev.mailroom.rules.condition.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.rules.condition.Condition;
import dev.mailroom.rules.condition.Effort;
import dev.mailroom.rules.condition.Matcher;
import dev.mailroom.rules.condition.Trace;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchingTest {
    private static final UUID ACCOUNT = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static final Mailbox INBOX = new Mailbox(UUID.randomUUID(), List.of("INBOX"), MailboxRole.INBOX);
    private static final Message MESSAGE = message()
            .from("Bo Berg", "Bo.Berg@Example.org")
            .to("ana@example.com", "team@example.com")
            .cc("carl@münchen.de")
            .subject("Your  Invoice\nNo. 7 – Straße")
            .text("Dear Ana,\r\nplease pay 1,200 EUR.\r\nBo")
            .attachment("Invoice-7.PDF")
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "from | is | 'bo.berg@example.org' | true",
                "from | is | 'Bo Berg' | false",
                "from | is_not | 'someone@example.org' | true",
                "from | is_not | 'BO.BERG@EXAMPLE.ORG' | false",
                "from | contains | 'bo berg' | true",
                "from | not_contains | 'bo berg' | false",
                "from | ends_with | '@example.org' | true",
                "from | ends_with | 'berg' | false",
                "from | begins_with | 'bo.' | true",
                "from | begins_with | 'Bo Berg' | false",
                "from | matches_regex | '^bo\\\\.[a-z]+@' | true",
                "to | is | 'team@example.com' | true",
                "to | is | 'carl@münchen.de' | false",
                "to | is_not | 'ana@example.com' | false",
                "to | is_not | 'carl@münchen.de' | true",
                "to | ends_with | '@example.com' | true",
                "cc | is | 'carl@xn--mnchen-3ya.de' | true",
                "cc | ends_with | '@xn--mnchen-3ya.de' | true",
                "bcc | is | 'x@x.org' | false",
                "bcc | is_not | 'x@x.org' | true",
                "bcc | exists | true | false",
                "bcc | exists | false | true",
                "bcc | matches_regex | '.*' | false",
                "to_cc_bcc | contains | 'MÜNCHEN' | true",
                "reply_to | exists | false | true",
                "subject | contains | 'invoice no. 7' | true",
                "subject | ends_with | 'STRASSE' | true",
                "subject | begins_with | 'your invoice' | true",
                "subject | is | ' your invoice no. 7 – strasse ' | true",
                "subject | not_contains | 'receipt' | true",
                "subject | matches_regex | 'invoice\\\\s+no' | true",
                "subject | exists | true | true",
                "body | contains | 'ana, please pay' | true",
                "body | matches_regex | '[0-9],[0-9]{3} EUR' | true",
                "content | contains | 'bo berg' | true",
                "content | contains | 'carl@münchen.de' | true",
                "content | contains | 'strasse' | true",
                "content | contains | 'nothing of it' | false",
                "attachment_name | ends_with | '.pdf' | true",
                "attachment_name | is_not | 'invoice-7.pdf' | false",
                "mailbox | is | 'inbox' | true",
                "email_account | is | '0f8fad5b-d9cb-469f-a165-70867728950e' | true",
                "email_account | is_not | '0f8fad5b-d9cb-469f-a165-70867728950e' | false",
                "email_account | in | ['0f8fad5b-d9cb-469f-a165-70867728950f'] | false",
                "email_account | not_in | ['0f8fad5b-d9cb-469f-a165-70867728950f'] | true",
                "spam | is | false | true",
                "provider_filed | is | true | false",
                "automated | is | false | true",
            })
    void decidesEveryOperatorOnEveryKindOfField(String field, String op, String value, boolean expected) {
        Condition condition = tree("{'field': '%s', 'op': '%s', 'value': %s}".formatted(field, op, value));

        assertThat(matches(condition)).isEqualTo(expected);
        assertThat(matches(new Condition.Not(condition))).isNotEqualTo(expected);
        assertThat(Matcher.trace(condition, facts(MESSAGE), effort()).matched()).isEqualTo(expected);
    }

    @Test
    void anEmptyTreeMatchesAnything() {
        assertThat(matches(Condition.always())).isTrue();
    }

    @Test
    void aMessageWithoutSenderHasNoFrom() {
        MessageFacts facts = facts(message().fromNobody().build());

        assertThat(Matcher.matches(tree("{'field': 'from', 'op': 'exists', 'value': false}"), facts, effort()))
                .isTrue();
        assertThat(Matcher.matches(tree("{'field': 'from', 'op': 'contains', 'value': 'a'}"), facts, effort()))
                .isFalse();
        assertThat(Matcher.matches(tree("{'field': 'from', 'op': 'is_not', 'value': 'a'}"), facts, effort()))
                .isTrue();
    }

    @Test
    void aDisplayNameDoesNotPassForAnAddress() {
        MessageFacts forged =
                facts(message().from("ceo@example.com", "mallory@evil.example").build());

        assertThat(Matcher.matches(
                        tree("{'field': 'from', 'op': 'ends_with', 'value': '@example.com'}"), forged, effort()))
                .isFalse();
        assertThat(Matcher.matches(tree("{'field': 'from', 'op': 'is', 'value': 'ceo@example.com'}"), forged, effort()))
                .isFalse();
    }

    /** Any tree agrees with a plain truth table, its trace with it, and De Morgan's laws hold. */
    @Test
    void nestingFollowsLogicWhateverTheTree() {
        for (long seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            Condition condition = randomTree(random, 5);
            boolean expected = plain(condition);
            Trace trace = Matcher.trace(condition, facts(MESSAGE), effort());

            assertThat(matches(condition)).as("seed %d", seed).isEqualTo(expected);
            assertThat(trace.matched()).as("seed %d", seed).isEqualTo(expected);
            assertThat(trace.matchedLeaves().size()).as("seed %d", seed).isEqualTo((int)
                    condition.leaves().stream().filter(MatchingTest::truth).count());
            Condition negated =
                    new Condition.Any(List.of(new Condition.Not(condition), new Condition.Not(Condition.always())));
            assertThat(matches(negated)).as("seed %d", seed).isNotEqualTo(expected);
        }
    }

    @Test
    void theTraceSaysOfEachConditionWhetherItIsTrue() {
        Condition condition = tree(
                "{'all': [{'field': 'subject', 'op': 'contains', 'value': 'invoice'},"
                        + "{'any': [{'field': 'from', 'op': 'is', 'value': 'x@x.org'}, {'not': {'field': 'cc', 'op': 'exists'}}]}]}");

        Trace trace = Matcher.trace(condition, facts(MESSAGE), effort());

        assertThat(trace.matched()).isFalse();
        assertThat(trace.matchedLeaves()).containsExactly("/all/0", "/all/1/any/1/not");
        assertThat(trace.children().get(1).children().getFirst().pointer()).isEqualTo("/all/1/any/0");
    }

    private static Condition randomTree(Random random, int depth) {
        return switch (depth == 0 ? 3 : random.nextInt(4)) {
            case 0 -> new Condition.All(randomChildren(random, depth - 1));
            case 1 -> new Condition.Any(randomChildren(random, depth - 1));
            case 2 -> new Condition.Not(randomTree(random, depth - 1));
            default -> tree("{'field': 'spam', 'op': 'is', 'value': " + random.nextBoolean() + "}");
        };
    }

    private static List<Condition> randomChildren(Random random, int depth) {
        return random.ints(1 + random.nextInt(3), 0, 1)
                .mapToObj(i -> randomTree(random, depth))
                .toList();
    }

    private static boolean plain(Condition condition) {
        return switch (condition) {
            case Condition.All all -> {
                boolean result = true;
                for (Condition child : all.children()) {
                    result &= plain(child);
                }
                yield result;
            }
            case Condition.Any any -> {
                boolean result = false;
                for (Condition child : any.children()) {
                    result |= plain(child);
                }
                yield result;
            }
            case Condition.Not not -> !plain(not.child());
            case Condition.Leaf leaf -> truth(leaf);
        };
    }

    private static boolean truth(Condition.Leaf leaf) {
        return !((Condition.Flag) leaf).expected();
    }

    private static boolean matches(Condition condition) {
        return Matcher.matches(condition, facts(MESSAGE), effort());
    }

    private static MessageFacts facts(Message message) {
        return new MessageFacts(message, new MessageFacts.Place(ACCOUNT, INBOX, false));
    }

    private static Effort effort() {
        return new Effort(1_000_000);
    }
}
