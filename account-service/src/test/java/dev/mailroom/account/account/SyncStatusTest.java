package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.contracts.SyncStatus.State;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.TestKafka;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What sync-service reports is what this service shows. */
@QuarkusTest
class SyncStatusTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();
    private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", TestKafka.shared().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer());
    private UUID account = UUID.randomUUID();

    @BeforeEach
    void connect() {
        account = connected(mailbox);
    }

    @AfterEach
    void close() {
        producer.close();
        mailbox.close();
    }

    @Test
    void showsTheReportedStateWithWhatToDo() {
        report(organization, State.AUTH_FAILED, "Enter the password again", Instant.now());

        awaitState("auth_failed");
        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .body("state_detail", equalTo("Enter the password again"))
                .body("revision", equalTo(1));
    }

    @Test
    void showsTheLastReportWhateverTheClockOfItsServiceSays() {
        report(organization, State.CONNECTING, null, Instant.now());
        report(organization, State.LIVE, null, Instant.now().minusSeconds(3_600));

        awaitState("live");
    }

    @Test
    void showsThePauseWhateverIsReported() {
        asAdmin().post("/v1/accounts/{id}/pause", account).then().statusCode(200);
        report(organization, State.LIVE, "anything", Instant.now().plusSeconds(10));
        Awaitility.await()
                .until(() -> rows("select state from accounts where id = '" + account + "'")
                        .contains("live"));

        asAdmin()
                .get("/v1/accounts/{id}", account)
                .then()
                .body("state", equalTo("paused"))
                .body("state_detail", nullValue());
    }

    @Test
    void takesNoReportFromAnotherOrganization() {
        report(UUID.randomUUID(), State.NEEDS_ACTION, "foreign", Instant.now().plusSeconds(10));
        report(organization, State.IMPORTING, null, Instant.now().plusSeconds(5));

        awaitState("importing");
    }

    @Test
    void goesOnAfterARecordThatIsMalformed() {
        try (KafkaLog dead = KafkaLog.of("mailroom.sync.status.dlq")) {
            producer.send(new ProducerRecord<>(
                    "mailroom.sync.status", account.toString(), "{".getBytes(StandardCharsets.UTF_8)));
            producer.send(new ProducerRecord<>("mailroom.sync.status", account.toString(), new byte[0]));
            report(organization, State.LIVE, null, Instant.now().plusSeconds(1));

            awaitState("live");
            assertThat(dead.awaitAll(
                            "dead letters", 2, record -> account.toString().equals(record.key())))
                    .allSatisfy(record -> assertThat(record.headers()).containsKey("dead-letter-reason"));
        }
    }

    private void awaitState(String state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> asAdmin()
                        .get("/v1/accounts/{id}", account)
                        .path("state")
                        .equals(state));
    }

    private void report(UUID asOrganization, State state, @Nullable String detail, Instant since) {
        var event = new CloudEvent<>(
                UUID.randomUUID(),
                "/sync-service",
                Instant.now(),
                new SyncStatus.StateChanged(account, asOrganization, state, null, null, detail, since));
        var record = new ProducerRecord<>(event.topic(), event.partitionKey(), EventCodec.data(event));
        EventCodec.headers(event)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        producer.send(record);
        producer.flush();
    }
}
