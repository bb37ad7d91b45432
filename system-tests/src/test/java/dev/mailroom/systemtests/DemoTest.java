package dev.mailroom.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code mailroom demo}, read as a person would. */
class DemoTest {
    @Test
    void showsTheMainJobFromConnectingToTheRulesEffect() throws Exception {
        String said = RunningStack.outputOf(0, Map.of("NO_COLOR", "1"), "demo");

        // The topics have no order among each other: mail may be told as received before its sender hears that it was
        // accepted.
        assertThat(said)
                .containsSubsequence("account.connected", "message.imported", "send.queued", "Summary")
                .containsSubsequence("send.queued", "send.accepted", "Summary")
                .containsSubsequence("message.imported", "message.received", "command.succeeded", "Summary")
                .containsSubsequence("send.queued", "rule.ran", "Summary");
        assertThat(said).contains("sync.state_changed").doesNotContain("\tat ", "Exception");
    }
}
