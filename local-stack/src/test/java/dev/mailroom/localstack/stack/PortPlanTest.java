package dev.mailroom.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.localstack.terminal.CommandFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PortPlanTest {

    @Test
    void addsTheOffsetToEveryPort() {
        var plan = PortPlan.withOffset(100);

        assertThat(plan.url(ServiceName.ACCOUNT)).isEqualTo("http://127.0.0.1:8181");
        assertThat(plan.of(ServiceName.SEND)).isEqualTo(8184);
        assertThat(plan.kafka()).isEqualTo(9192);
        assertThat(plan.postgres()).isEqualTo(5532);
    }

    @Test
    void refusesAnOffsetBeyondTheRangeOfPorts() {
        assertThat(PortPlan.withOffset(56443).kafka()).isEqualTo(65535);
        assertThatThrownBy(() -> PortPlan.withOffset(56444)).isInstanceOf(CommandFailure.class);
        assertThatThrownBy(() -> PortPlan.withOffset(-1)).isInstanceOf(CommandFailure.class);
    }

    @Test
    void namesTheServiceWhosePortIsTaken() throws Exception {
        var free = PortPlan.free();
        try (var squatter = new ServerSocket(free.of(ServiceName.RULES), 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(() -> free.requireFree(false))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("port " + squatter.getLocalPort() + " for rules-service is taken")
                    .hasMessageContaining("--port-offset");
        }
    }

    @Test
    void waitsLongerAfterEachEndUpToALimit() {
        assertThat(StackWatch.doubled(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(2));
        assertThat(StackWatch.doubled(Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(30));
        assertThat(StackWatch.doubled(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(30));
    }
}
