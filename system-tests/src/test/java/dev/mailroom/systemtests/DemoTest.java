package dev.mailroom.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code mailroom demo}, read as a person would. */
class DemoTest {
    @Test
    void showsTheMainJobFromConnectingToTheRulesEffect() throws Exception {
        String said = RunningStack.outputOf(0, Map.of("NO_COLOR", "1"), "demo");

        assertThat(said)
                .containsSubsequence(List.of(
                        "account.connected",
                        "message.imported",
                        "send.queued",
                        "send.accepted",
                        "message.received",
                        "rule.ran",
                        "command.succeeded",
                        "Summary"));
        assertThat(said).contains("sync.state_changed").doesNotContain("\tat ", "Exception");
    }
}
