package dev.mailroom.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of an account that waits for its turn to log in. */
class WaitingSetbacksTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final MailException LOST = MailException.of(Stage.LOGIN, Category.CONNECTION_LOST);

    private final SessionConfig config = SessionDefaults.config();
    private final Setbacks setbacks =
            new Setbacks(config, new Backoff(config.backoffMin(), config.backoffMax(), new Random(1)));

    @Test
    void aLostConnectionIsSaidWhileItWaitsForItsTurnAsIfItFailedAgain() {
        setbacks.failed(LOST, START);
        Instant queued = START.plusSeconds(3);

        assertThat(setbacks.whileWaiting(SyncStatus.State.LIVE, queued, START.plusSeconds(59)))
                .isEmpty();
        assertThat(setbacks.whileWaiting(SyncStatus.State.LIVE, queued, START.plusSeconds(60)))
                .contains(SyncStatus.State.CONNECTING);
        assertThat(setbacks.lastCategory()).isEqualTo("connection_lost");
        assertThat(setbacks.whileWaiting(SyncStatus.State.CONNECTING, queued, START.plusSeconds(29 * 60)))
                .isEmpty();
        assertThat(setbacks.whileWaiting(SyncStatus.State.THROTTLED, queued, START.plusSeconds(29 * 60)))
                .isEmpty();
        for (SyncStatus.State before : List.of(SyncStatus.State.CONNECTING, SyncStatus.State.THROTTLED)) {
            assertThat(setbacks.whileWaiting(before, queued, START.plusSeconds(30 * 60)))
                    .contains(SyncStatus.State.DISCONNECTED);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SyncStatus.State.class,
            names = {"AUTH_FAILED", "DISCONNECTED", "NEEDS_ACTION"})
    void whatIsWrongWithAnAccountStaysSaidWhileItWaitsForItsTurn(SyncStatus.State before) {
        setbacks.failed(LOST, START);

        assertThat(setbacks.whileWaiting(before, START, START.plusSeconds(3_600)))
                .isEmpty();
    }

    @Test
    void anAccountThatOnlyWaitsIsConnectingAndNeverOutOfOrder() {
        assertThat(setbacks.whileWaiting(SyncStatus.State.IMPORTING, START, START.plusSeconds(60)))
                .contains(SyncStatus.State.CONNECTING);
        assertThat(setbacks.whileWaiting(SyncStatus.State.CONNECTING, START, START.plusSeconds(7_200)))
                .isEmpty();
    }
}
