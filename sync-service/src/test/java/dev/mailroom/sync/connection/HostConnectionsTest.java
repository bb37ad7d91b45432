package dev.mailroom.sync.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.sync.account.Account;
import dev.mailroom.testkit.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HostConnectionsTest {
    private final MutableClock clock = MutableClock.at(Instant.parse("2026-11-21T08:00:00Z"));
    private final HostConnections hosts = new HostConnections(clock, Duration.ofHours(1), new SimpleMeterRegistry());

    @Test
    void whatOneAccountLearnsOfAHostHoldsForTheOthers() {
        hosts.refusedSecond(at("imap.example.com"));

        assertThat(hosts.allowsSecond(at("IMAP.example.com"))).isFalse();
        assertThat(hosts.allowsSecond(at("imap.example.org"))).isTrue();
    }

    @Test
    void afterAWhileItIsTriedAgain() {
        hosts.refusedSecond(at("imap.example.com"));

        clock.advance(Duration.ofMinutes(59));
        assertThat(hosts.allowsSecond(at("imap.example.com"))).isFalse();
        clock.advance(Duration.ofMinutes(1));

        assertThat(hosts.allowsSecond(at("imap.example.com"))).isTrue();
    }

    @Test
    void behindAnotherPortIsAnotherHostForWhateverIsLearnedOfIt() {
        hosts.refusedSecond(at("imap.example.com"));

        assertThat(hosts.allowsSecond(at("imap.example.com", 10_993))).isTrue();
        assertThat(HostKey.of(at("IMAP.example.com"))).isEqualTo("imap.example.com:993");
    }

    private static Account at(String host) {
        return at(host, 993);
    }

    static Account at(String host, int port) {
        return new Account(
                UUID.randomUUID(),
                UUID.randomUUID(),
                1,
                1,
                false,
                false,
                "user",
                host,
                port,
                "tls",
                "all",
                1,
                SyncStatus.State.LIVE,
                null,
                null);
    }
}
