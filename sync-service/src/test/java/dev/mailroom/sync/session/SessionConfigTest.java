package dev.mailroom.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SessionConfigTest {
    @Test
    void hasTheDefaultsThatItsDescriptionNames() {
        SessionConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(SessionConfig.class)
                .build()
                .getConfigMapping(SessionConfig.class);

        assertThat(config.sweepInterval()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.idleMax()).isEqualTo(Duration.ofMinutes(4));
        assertThat(config.toldWithin()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.fullCheckInterval()).isEqualTo(Duration.ofMinutes(30));
        assertThat(config.moveWindow()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.backoffMin()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.backoffMax()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.refusedLoginsMax()).isEqualTo(3);
        assertThat(config.refusedLoginsWindow()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.refusedLoginRetry()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.connectingAfter()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.disconnectedAfter()).isEqualTo(Duration.ofMinutes(30));
        assertThat(config.needsActionRetry()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.stopMax()).isEqualTo(Duration.ofSeconds(10));
    }
}
