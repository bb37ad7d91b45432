package dev.mailroom.sync.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.imap.ImapLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AccountConnectorTest {
    @Test
    void theDeadlinesOfACommandAndOfAnIdleAreTheConfiguredOnes() {
        ImapLimits limits = AccountConnector.limits(Duration.ofSeconds(7), Duration.ofSeconds(3));

        assertThat(limits.commandDeadline()).isEqualTo(Duration.ofSeconds(7));
        assertThat(limits.idleAnswer()).isEqualTo(Duration.ofSeconds(3));
        assertThat(limits.loginDeadline()).isEqualTo(ImapLimits.defaults().loginDeadline());
    }
}
