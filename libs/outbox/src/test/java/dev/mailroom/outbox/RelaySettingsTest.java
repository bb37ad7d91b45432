package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelaySettingsTest {
    @Test
    void takesABatchUpToTheBoundsAndNoMore() {
        assertThat(batch(RelaySettings.BATCH_MAX_EVENTS, RelaySettings.BATCH_MAX_BYTES))
                .isNotNull();
        assertThatThrownBy(() -> batch(RelaySettings.BATCH_MAX_EVENTS + 1, 1)).hasMessageContaining("batch-max-events");
        assertThatThrownBy(() -> batch(0, 1)).hasMessageContaining("batch-max-events");
        assertThatThrownBy(() -> batch(1, RelaySettings.BATCH_MAX_BYTES + 1)).hasMessageContaining("batch-max-bytes");
        assertThatThrownBy(() -> batch(1, 0)).hasMessageContaining("batch-max-bytes");
    }

    private static RelaySettings batch(int events, long bytes) {
        Duration second = Duration.ofSeconds(1);
        return new RelaySettings(
                second, events, bytes, second, second, second, 5, second, second, RelaySettings.LEAD_LEASE_MIN, second);
    }
}
