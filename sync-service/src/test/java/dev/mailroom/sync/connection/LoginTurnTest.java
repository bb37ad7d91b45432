package dev.mailroom.sync.connection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.sync.SyncTest;
import dev.mailroom.sync.account.Credentials;
import dev.mailroom.sync.account.CredentialsUnavailableException;
import dev.mailroom.sync.ownership.ShardShare;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose turn it is to log in; that there are no credentials says that the turn had come. */
@QuarkusTest
@SyncTest
@SuppressWarnings("NullAway.Init")
class LoginTurnTest {
    private static final Patience NONE = new Patience.Background(() -> false);
    private static final Patience READER = new Patience.Reader(Duration.ofMillis(1));

    @Inject
    Credentials credentials;

    private AccountConnector connector;

    /** A replica that has no accounts yet: one log-in, and the next one is far away. */
    @BeforeEach
    void connector() {
        ConnectionConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(ConnectionConfig.class)
                .build()
                .getConfigMapping(ConnectionConfig.class);
        connector = new AccountConnector(credentials, config, new ShardShare(), new SimpleMeterRegistry());
    }

    @Test
    void aHostIsItsNameAndItsPort() {
        hasTurn("imap.example.com", 993, NONE);

        hasNoTurn("IMAP.example.com", 993, NONE);
        hasTurn("imap.example.com", 10_993, NONE);
    }

    @Test
    void readersGoBeforeSessionsAsFarAsTheirOwnTurnsReach() {
        hasTurn("imap.example.com", 993, NONE);
        hasNoTurn("imap.example.com", 993, NONE);

        for (int i = 0; i < LoginLimiter.READERS_BURST; i++) {
            hasTurn("imap.example.com", 993, READER);
        }
        hasNoTurn("imap.example.com", 993, READER);
    }

    private void hasTurn(String host, int port, Patience patience) {
        assertThatThrownBy(() -> connector.open(HostConnectionsTest.at(host, port), patience))
                .isInstanceOf(CredentialsUnavailableException.class);
    }

    private void hasNoTurn(String host, int port, Patience patience) {
        assertThatThrownBy(() -> connector.open(HostConnectionsTest.at(host, port), patience))
                .isInstanceOf(NoTurnException.class);
    }
}
