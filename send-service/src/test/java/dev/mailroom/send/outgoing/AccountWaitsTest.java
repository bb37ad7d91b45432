package dev.mailroom.send.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AccountWaitsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final AccountWaits waits = new AccountWaits(Duration.ofSeconds(20));
    private final UUID account = UUID.randomUUID();

    @Test
    void anAccountIsWaitedForOnceHoweverManyRequestsItHas() {
        assertThat(waits.isOver(account, NOW)).isFalse();
        assertThat(waits.isOver(account, NOW.plusSeconds(19))).isFalse();
        assertThat(waits.isOver(account, NOW.plusSeconds(20))).isTrue();
        assertThat(waits.isOver(account, NOW.plusSeconds(21))).isTrue();
        assertThat(waits.isOver(UUID.randomUUID(), NOW.plusSeconds(21))).isFalse();
    }

    @Test
    void anAccountThatCameIsForgotten() {
        assertThat(waits.isOver(account, NOW)).isFalse();
        waits.known(account);

        assertThat(waits.isOver(account, NOW.plusSeconds(30))).isFalse();
    }

    @Test
    void rememberingIsBounded() {
        assertThat(waits.isOver(account, NOW)).isFalse();
        for (int i = 0; i < AccountWaits.ACCOUNTS_MAX; i++) {
            assertThat(waits.isOver(UUID.randomUUID(), NOW)).isFalse();
        }

        assertThat(waits.isOver(account, NOW.plusSeconds(30))).isFalse();
    }
}
