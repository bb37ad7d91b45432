package dev.mailroom.rules.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluationConfigTest {
    @Test
    void hasTheseNamesAndDefaults() {
        EvaluationConfig config = read(Map.of());

        assertThat(config.depthMax()).isEqualTo(5);
        assertThat(config.runsPerConversationMax()).isEqualTo(20);
        assertThat(config.runsWindow()).isEqualTo(Duration.ofHours(1));
        assertThat(config.patternStepsMax()).isEqualTo(50_000_000);
        assertThat(config.unknownAccountWait()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.responses().interval()).isEqualTo(Duration.ofHours(24));
        assertThat(config.responses().perSenderMax()).isEqualTo(5);
        assertThat(config.responses().perOrganizationHourMax()).isEqualTo(500);
    }

    @Test
    void isSetByTheseKeys() {
        EvaluationConfig config = read(Map.of(
                "mailroom.evaluation.depth-max", "2",
                "mailroom.evaluation.runs-per-conversation-max", "3",
                "mailroom.evaluation.runs-window", "PT5M",
                "mailroom.evaluation.pattern-steps-max", "7",
                "mailroom.evaluation.unknown-account-wait", "PT1S",
                "mailroom.evaluation.responses.interval", "PT2H",
                "mailroom.evaluation.responses.per-sender-max", "1",
                "mailroom.evaluation.responses.per-organization-hour-max", "9"));

        assertThat(config.depthMax()).isEqualTo(2);
        assertThat(config.runsPerConversationMax()).isEqualTo(3);
        assertThat(config.runsWindow()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.patternStepsMax()).isEqualTo(7);
        assertThat(config.unknownAccountWait()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.responses().interval()).isEqualTo(Duration.ofHours(2));
        assertThat(config.responses().perSenderMax()).isEqualTo(1);
        assertThat(config.responses().perOrganizationHourMax()).isEqualTo(9);
    }

    private static EvaluationConfig read(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withMapping(EvaluationConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getConfigMapping(EvaluationConfig.class);
    }
}
