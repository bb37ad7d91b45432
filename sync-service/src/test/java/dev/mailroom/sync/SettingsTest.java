package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.sync.account.AccountConfig;
import dev.mailroom.sync.connection.ConnectionConfig;
import dev.mailroom.sync.database.DatabaseConfig;
import dev.mailroom.sync.mailbox.MailboxConfig;
import dev.mailroom.sync.message.SettleConfig;
import dev.mailroom.sync.ownership.OwnershipConfig;
import dev.mailroom.sync.sent.SentConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pins every setting and its default: they are a promise to the person who runs the installation. */
class SettingsTest {
    @Test
    void otherServicesAreOnThisMachineByDefault() {
        AccountConfig account = mapping(AccountConfig.class);
        SentConfig sent = mapping(SentConfig.class);

        assertThat(account.accountServiceUrl()).isEqualTo(URI.create("http://localhost:8081"));
        assertThat(account.serviceTokenFile()).isEmpty();
        assertThat(account.vaultKeyFile()).isEmpty();
        assertThat(account.serviceCallTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(sent.sendServiceUrl()).isEqualTo(URI.create("http://localhost:8084"));
        assertThat(sent.messageMaxBytes()).isEqualTo(50 * 1024 * 1024);
    }

    @Test
    void nothingPrivateMayBeReachedByDefault() {
        ConnectionConfig connection = mapping(ConnectionConfig.class);

        assertThat(connection.outboundAllow()).isEmpty();
        assertThat(connection.outboundCa()).isEmpty();
        assertThat(connection.loginsPerSecondAndHost()).isEqualTo(5);
        assertThat(connection.loginsBurst()).isEqualTo(10);
        assertThat(connection.secondConnectionWait()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aFrozenReplicaLosesItsLocksBeforeOthersGiveUpAndConnectionsAreClosed() {
        DatabaseConfig database = mapping(DatabaseConfig.class);

        assertThat(database.idleInTransactionMax()).isEqualTo(Duration.ofSeconds(10));
        assertThat(database.lockWaitMax()).isEqualTo(Duration.ofSeconds(15));
        assertThat(database.answerMax()).isEqualTo(Duration.ofSeconds(30));
        assertThat(database.statementMax()).isEqualTo(Duration.ofSeconds(25)).isLessThan(database.answerMax());
    }

    @Test
    void aDatabaseThatIsSilentForTenSecondsCostsAReplicaItsShards() {
        assertThat(mapping(OwnershipConfig.class).databaseSilenceMax()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aMailboxThatIsNotListedIsWaitedForAMinute() {
        assertThat(mapping(MailboxConfig.class).missingGrace()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void mailWaitsForFiveSecondsWhereTheProviderWasSeenToFileIt() {
        SettleConfig settle = mapping(SettleConfig.class);

        assertThat(settle.mode()).isEqualTo(SettleConfig.Mode.LEARNED);
        assertThat(settle.time()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settle.memory()).isEqualTo(Duration.ofDays(30));
    }

    private static <T> T mapping(Class<T> type) {
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(type)
                .withValidateUnknown(false)
                .build()
                .getConfigMapping(type);
    }
}
