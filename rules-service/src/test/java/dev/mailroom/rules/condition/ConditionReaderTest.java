package dev.mailroom.rules.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.http.FieldError;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionReaderTest {
    private static final String LEAF = "{'field': 'subject', 'op': 'contains', 'value': 'a'}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'field': 'colour', 'op': 'is', 'value': 'red'} | /condition/field | must be one of from",
                "{'field': 'subject', 'op': 'likes', 'value': 'x'} | /condition/op | must be one of is",
                "{'field': 'subject', 'op': 'in', 'value': ['x']} | /condition/op | for subject",
                "{'field': 'email_account', 'op': 'contains', 'value': 'x'} | /condition/op | is, is_not, in, not_in",
                "{'field': 'email_account', 'op': 'is', 'value': 'x'} | /condition/value | UUID",
                "{'field': 'email_account', 'op': 'in', 'value': []} | /condition/value | 1 to 200",
                "{'field': 'email_account', 'op': 'in', 'value': ['x']} | /condition/value/0 | UUID",
                "{'field': 'subject', 'op': 'is', 'value': 7} | /condition/value | text",
                "{'field': 'subject', 'op': 'is', 'value': ''} | /condition/value | 1 to 1000",
                "{'field': 'subject', 'op': 'contains', 'value': '\\u200b'} | /condition/value | no visible",
                "{'field': 'subject', 'op': 'is'} | /condition/value | is missing",
                "{'field': 'spam', 'op': 'is', 'value': 'yes'} | /condition/value | true or false",
                "{'field': 'subject', 'op': 'is', 'value': 'x', 'case/~': 1} | /condition/case~1~0 | is not known",
                "{'field': 'subject', 'op': 'matches_regex', 'value': '(a'} | /condition/value | RE2",
                "{'field': 'subject', 'op': 'matches_regex', 'value': '(a)\\\\1'} | /condition/value | RE2",
                "{'field': 'subject', 'op': 'matches_regex', 'value': '((a{999}){999}){999}'} | /condition/value | too large",
                "{'all': [{'any': []}]} | /condition/all/0/any | at least one",
                "{'all': {}} | /condition/all | at least one",
                "{'all': [{'not': 3}]} | /condition/all/0/not | must be an object",
                "{'all': [], 'any': []} | /condition | exactly one",
                "[] | /condition | must be an object",
            })
    void namesWhatIsWrongAndWhere(String json, String pointer, String message) {
        assertThat(Trees.faults(json)).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo(pointer);
            assertThat(fault.message()).contains(message);
        });
    }

    @Test
    void tellsEveryFaultAtOnce() {
        String json = "{'all': [{'field': 'x', 'op': 'is', 'value': 'a'}, {'any': [" + LEAF
                + ", {'field': 'from', 'op': 'y', 'value': 'a'}]}]}";

        assertThat(Trees.faults(json))
                .extracting(FieldError::pointer)
                .containsExactly("/condition/all/0/field", "/condition/all/1/any/1/op");
    }

    @Test
    void takesTheDeepestTreeAndRefusesOneLevelMore() {
        assertThat(Trees.faults(nested(Condition.DEPTH_MAX_LEVELS))).isEmpty();
        assertThat(Trees.faults(nested(Condition.DEPTH_MAX_LEVELS + 1)))
                .singleElement()
                .satisfies(fault -> assertThat(fault.message()).contains("deeper than 8"));
        assertThat(Trees.faults(nested(200))).hasSize(1);
    }

    @Test
    void takesTheLargestTreeAndRefusesOneConditionMore() {
        assertThat(Trees.faults(wide(Condition.LEAVES_MAX))).isEmpty();
        assertThat(Trees.faults(wide(Condition.LEAVES_MAX + 1)))
                .singleElement()
                .satisfies(fault -> assertThat(fault.pointer()).isEqualTo("/condition/any/100"));
        assertThat(Trees.faults(wide(5_000))).hasSize(1);
    }

    @Test
    void takesTheLongestValueAndRefusesOneCharacterMore() {
        String leaf = "{'field': 'body', 'op': 'contains', 'value': '%s'}";
        assertThat(Trees.faults(leaf.formatted("x".repeat(Condition.VALUE_MAX_CHARACTERS))))
                .isEmpty();
        assertThat(Trees.faults(leaf.formatted("x".repeat(Condition.VALUE_MAX_CHARACTERS + 1))))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{'all': []}", "{'any': []}"})
    void anEmptyTreeWantsEverything(String json) {
        assertThat(Trees.tree(json)).isEqualTo(Condition.always());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'all': [{'field': 'from', 'op': 'is', 'value': 'a@x.org'}, {'field': 'from', 'op': 'is', 'value': 'b@x.org'}]}",
                "{'all': [{'field': 'from', 'op': 'is', 'value': 'a@x.org'}, {'all': [{'field': 'from', 'op': 'is', 'value': 'b@x.org'}]}]}",
                "{'any': [{'all': [{'field': 'subject', 'op': 'is', 'value': 'a'}, {'field': 'subject', 'op': 'is_not', 'value': 'A'}]}]}",
                "{'all': [{'field': 'to', 'op': 'contains', 'value': 'a'}, {'field': 'to', 'op': 'not_contains', 'value': 'a'}]}",
                "{'all': [{'field': 'spam', 'op': 'is', 'value': true}, {'field': 'spam', 'op': 'is', 'value': false}]}",
                "{'all': [{'field': 'cc', 'op': 'exists', 'value': false}, {'field': 'cc', 'op': 'is', 'value': 'a@x.org'}]}",
                "{'all': [{'field': 'email_account', 'op': 'is', 'value': '0f8fad5b-d9cb-469f-a165-70867728950e'}, {'field': 'email_account', 'op': 'not_in', 'value': ['0f8fad5b-d9cb-469f-a165-70867728950e']}]}",
            })
    void refusesWhatCanNeverMatch(String json) {
        assertThat(Trees.faults(json))
                .singleElement()
                .satisfies(fault -> assertThat(fault.message()).contains("makes the rule match never"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'all': [{'field': 'to', 'op': 'is', 'value': 'a@x.org'}, {'field': 'to', 'op': 'is', 'value': 'b@x.org'}]}",
                "{'any': [{'field': 'from', 'op': 'is', 'value': 'a@x.org'}, {'field': 'from', 'op': 'is', 'value': 'b@x.org'}]}",
                "{'all': [{'field': 'from', 'op': 'is', 'value': 'a@XN--MNCHEN-3YA.de'}, {'field': 'from', 'op': 'is', 'value': 'A@münchen.de'}]}",
                "{'all': [{'field': 'from', 'op': 'contains', 'value': 'a'}, {'field': 'from', 'op': 'is_not', 'value': 'a'}]}",
                "{'not': {'all': [{'field': 'from', 'op': 'is', 'value': 'a@x.org'}, {'field': 'from', 'op': 'is', 'value': 'b@x.org'}]}}",
            })
    void takesWhatCanMatch(String json) {
        assertThat(Trees.faults(json)).isEmpty();
    }

    @Test
    void writesWhatItReads() {
        String json = "{'all': [{'not': {'any': [" + LEAF + ", {'field': 'cc', 'op': 'exists', 'value': false}]}},"
                + "{'field': 'email_account', 'op': 'in', 'value': ['0f8fad5b-d9cb-469f-a165-70867728950e']},"
                + "{'field': 'automated', 'op': 'is', 'value': true},"
                + "{'field': 'body', 'op': 'matches_regex', 'value': 'a+'}]}";
        Condition condition = Trees.tree(json);

        String written = ConditionWriter.write(condition).toString();

        assertThat(ConditionWriter.write(Trees.tree(written))).hasToString(written);
        assertThat(Trees.tree(written).leaves()).hasSize(5);
    }

    @Test
    void warnsOfANegationAmongAlternatives() {
        Condition condition =
                Trees.tree("{'any': [" + LEAF + ", {'field': 'subject', 'op': 'not_contains', 'value': 'spam'}]}");

        assertThat(Advice.on(condition, "/condition"))
                .extracting(FieldError::pointer)
                .containsExactly("/condition/any/1");
    }

    private static String nested(int levels) {
        return "{'all': [".repeat(levels) + LEAF + "]}".repeat(levels);
    }

    private static String wide(int leaves) {
        return "{'any': [" + String.join(", ", Collections.nCopies(leaves, LEAF)) + "]}";
    }
}
