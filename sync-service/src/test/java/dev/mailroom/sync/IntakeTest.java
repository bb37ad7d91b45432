package dev.mailroom.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.contracts.Topics;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes from Kafka, good and bad. */
@QuarkusTest
@SyncTest
class IntakeTest {
    private static GreenMailServer server;

    private final UUID organization = UUID.randomUUID();
    private Scene scene;

    @BeforeAll
    static void startServer() {
        server = new GreenMailServer();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void openScene() {
        scene = new Scene();
    }

    @AfterEach
    void closeScene() {
        scene.close();
    }

    @Test
    void aMalformedRecordGoesToItsDeadLettersAndItsNeighboursGoOn() {
        // Given
        UUID broken = UUID.randomUUID();
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                Topics.MAIL_COMMANDS, broken.toString(), "{not json".getBytes(StandardCharsets.UTF_8));
        record.headers().add("ce_type", "dev.mailroom.mail.archive.v1".getBytes(StandardCharsets.UTF_8));

        try (KafkaLog dead = KafkaLog.of(Topics.deadLettersOf(Topics.MAIL_COMMANDS))) {
            // When
            scene.send(record);
            AccountState account = scene.connect(organization, server.newUser(), server.port(), "none");

            // Then
            LoggedRecord letter =
                    dead.await("dead letter", found -> broken.toString().equals(found.key()));
            assertThat(letter.headers()).containsKey("dead-letter-reason");
            assertThat(letter.value()).isEqualTo("{not json".getBytes(StandardCharsets.UTF_8));
            scene.awaitState(account.account(), "live");
        }
    }

    @Test
    void aCommandThatComesBeforeItsAccountIsDoneWhenTheAccountComes() {
        // Given
        AccountState account =
                Scene.state(organization, UUID.randomUUID(), server.newUser(), server.port(), "none", 1, 1);
        Scene.password(account, Scene.PASSWORD);
        MailCommand.CreateLabel command = new MailCommand.CreateLabel(
                UUID.randomUUID(), account.account(), organization, "Early", Origin.user(UUID.randomUUID()));
        scene.publish(command);
        scene.publish(command);
        org.awaitility.Awaitility.await()
                .until(() -> Scene.count("select count(*) from command where id = '" + command.command()
                                + "' and state = 'planned'")
                        == 1);

        // When
        scene.publish(new AccountEvent.Connected(account));

        // Then
        scene.awaitMail(account.account(), "command.succeeded", Scene.command(command.command()));
        assertThat(scene.mailOf(account.account(), "command.failed")).isEmpty();
    }

    @Test
    void aShardThatALateRaiseTookFromItsOwnerIsTakenAgain() {
        // Given
        AccountState account = scene.connect(organization, server.newUser(), server.port(), "none");
        scene.awaitState(account.account(), "live");
        String shard = "(select shard from account where id = '" + account.account() + "')";

        // When
        long late = Scene.count(
                "update shard set epoch = epoch + 1, owner = 'late' where id = " + shard + " returning epoch");

        // Then
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> Scene.count("select epoch from shard where id = " + shard) > late);
        MailCommand.CreateLabel command = new MailCommand.CreateLabel(
                UUID.randomUUID(), account.account(), organization, "Served", Origin.user(UUID.randomUUID()));
        scene.publish(command);
        scene.awaitMail(account.account(), "command.succeeded", Scene.command(command.command()));
    }

    @Test
    void aCommandThatNamesAnotherOrganizationDoesNothing() {
        AccountState account = scene.connect(organization, server.newUser(), server.port(), "none");
        scene.awaitState(account.account(), "live");
        MailCommand.CreateLabel command = new MailCommand.CreateLabel(
                UUID.randomUUID(), account.account(), UUID.randomUUID(), "Stolen", Origin.user(UUID.randomUUID()));

        scene.publish(command);

        LoggedRecord failed = scene.awaitMail(account.account(), "command.failed", Scene.command(command.command()));
        assertThat(failed.data().path("reason").asText()).isEqualTo("account_unknown");
    }

    @Test
    void aWrongPasswordIsAuthFailedAfterThreeTriesAndANewOneRecovers() {
        // Given
        String user = server.newUser();
        AccountState wrong = Scene.state(organization, UUID.randomUUID(), user, server.port(), "none", 1, 1);
        Scene.password(wrong, "not it");
        scene.publish(new AccountEvent.Connected(wrong));
        LoggedRecord failed = scene.awaitState(wrong.account(), "auth_failed");
        assertThat(failed.data().path("category").asText()).isEqualTo("credentials_refused");
        // The first refusal was said when it came.
        assertThat(scene.status.records())
                .filteredOn(record -> wrong.account().toString().equals(record.key()))
                .anySatisfy(record -> {
                    assertThat(record.data().path("state").asText()).isEqualTo("connecting");
                    assertThat(record.data().path("category").asText()).isEqualTo("credentials_refused");
                });

        // When
        AccountState right = Scene.state(organization, wrong.account(), user, server.port(), "none", 2, 2);
        Scene.password(right, Scene.PASSWORD);
        scene.publish(new AccountEvent.Changed(right));

        // Then
        LoggedRecord live = scene.awaitState(wrong.account(), "live");
        assertThat(live.data().path("category").asText("")).isEmpty();
    }

    @Test
    void pausingAndRemovingEndTheSession() {
        AccountState account = scene.connect(organization, server.newUser(), server.port(), "none");
        scene.awaitState(account.account(), "live");

        AccountState paused = new AccountState(
                account.account(),
                account.organization(),
                2,
                account.kind(),
                account.displayName(),
                account.email(),
                account.username(),
                account.imap(),
                account.smtp(),
                account.history(),
                true,
                1,
                account.addresses(),
                account.sharing(),
                account.createdAt());
        scene.publish(new AccountEvent.Paused(paused));
        scene.awaitState(account.account(), "paused");
        scene.publish(new AccountEvent.Removed(account.account(), organization, 3));

        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(60))
                .until(() -> Scene.count("select count(*) from mailbox where account_id = '" + account.account() + "'")
                        == 0);
    }
}
