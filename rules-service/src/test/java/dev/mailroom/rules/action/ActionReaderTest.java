package dev.mailroom.rules.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.rules.condition.Faults;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /actions | 1 to 20",
                "[] | /actions | 1 to 20",
                "[3] | /actions/0/type | must be one of apply_label",
                "[{'type': 'assign'}] | /actions/0/type | must be one of apply_label",
                "[{'type': 'archive', 'label': 'x'}] | /actions/0/label | not known",
                "[{'type': 'stop', 'x': 1}] | /actions/0/x | not known",
                "[{'type': 'apply_label'}] | /actions/0/label | must be a text",
                "[{'type': 'apply_label', 'label': ' '}] | /actions/0/label | 1 to 255",
                "[{'type': 'apply_label', 'label': 'A//B'}] | /actions/0/label | without a name",
                "[{'type': 'apply_label', 'label': '/A'}] | /actions/0/label | without a name",
                "[{'type': 'apply_label', 'label': 'a/b/c/d/e/f/g/h/i/j/k'}] | /actions/0/label | 10 levels",
                "[{'type': 'apply_label', 'label': 'A\\u0007B'}] | /actions/0/label | control",
                "[{'type': 'apply_label', 'label': 'Inbox'}] | /actions/0/label | move_to_inbox",
                "[{'type': 'send_response', 'text': ''}] | /actions/0/text | 1 to 20000",
                "[{'type': 'send_response', 'text': 'x', 'subject': 'a\\nBcc: b'}] | /actions/0/subject | one line",
                "[{'type': 'send_response', 'text': 'x', 'to': 'y'}] | /actions/0/to | not known",
                "[{'type': 'stop'}, {'type': 'archive'}] | /actions/1 | never reached",
            })
    void namesWhatIsWrongAndWhere(String json, String pointer, String message) {
        Faults faults = new Faults();

        read(json, faults);

        assertThat(faults.list()).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo(pointer);
            assertThat(fault.message()).contains(message);
        });
    }

    @Test
    void takesTheMostActionsAndRefusesOneMore() {
        Faults faults = new Faults();
        assertThat(read(archives(Action.ACTIONS_MAX), faults)).hasSize(Action.ACTIONS_MAX);
        assertThat(faults.isEmpty()).isTrue();

        read(archives(Action.ACTIONS_MAX + 1), faults);
        assertThat(faults.isEmpty()).isFalse();
    }

    @Test
    void writesWhatItReads() {
        String json =
                "[{'type': 'apply_label', 'label': ' A/Ä '}, {'type': 'remove_label', 'label': 'C'}, {'type': 'spam'},"
                        + "{'type': 'send_response', 'subject': 'Hi', 'text': 'a\\nb'}, {'type': 'stop'}]";
        Faults faults = new Faults();
        List<Action> actions = read(json, faults);

        List<Action> again = read(ActionWriter.write(actions).toString(), faults);

        assertThat(faults.isEmpty()).isTrue();
        assertThat(again).isEqualTo(actions).hasSize(5);
        assertThat(actions.getFirst()).isEqualTo(new Action.ApplyLabel("A/Ä"));
    }

    private static String archives(int count) {
        return "[" + String.join(", ", Collections.nCopies(count, "{'type': 'archive'}")) + "]";
    }

    private static List<Action> read(String json, Faults faults) {
        try {
            return ActionReader.read(new ObjectMapper().readTree(json.replace('\'', '"')), "/actions", faults);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
