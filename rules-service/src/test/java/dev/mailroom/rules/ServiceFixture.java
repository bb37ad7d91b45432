package dev.mailroom.rules;

import static io.restassured.RestAssured.given;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.testkit.TestKafka;
import dev.mailroom.testkit.TestPostgres;
import dev.mailroom.testkit.TestTokens;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** Speaks to the running service as its neighbours do: records on Kafka, requests with tokens, and a look into its database. */
public final class ServiceFixture implements AutoCloseable {
    private static final Duration AWAIT_MAX = Duration.ofSeconds(20);

    private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", TestKafka.shared().bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());

    /** Tells of an account and waits until the service knows it. A shared one is for everyone. */
    public void connectAccount(UUID account, UUID organization, UUID owner, boolean shared, String... addresses) {
        connectAccount(account, organization, owner, shared, new AccountState.Audience(shared, List.of()), addresses);
    }

    public void connectAccount(
            UUID account,
            UUID organization,
            UUID owner,
            boolean shared,
            AccountState.Audience audience,
            String... addresses) {
        send(
                UUID.randomUUID(),
                new AccountEvent.Connected(state(account, organization, 1, owner, shared, audience, addresses)));
        Awaitility.await("account").atMost(AWAIT_MAX).until(() -> count("account where id = '" + account + "'") == 1);
    }

    public static AccountState state(
            UUID account,
            UUID organization,
            long revision,
            UUID owner,
            boolean shared,
            AccountState.Audience audience,
            String... addresses) {
        AccountState.Sharing sharing =
                shared ? new AccountState.Sharing("shared", null, List.of(), "inbox") : AccountState.Sharing.personal();
        return new AccountState(
                account,
                organization,
                revision,
                AccountState.Kind.IMAP,
                "Ana",
                "ana@example.com",
                "ana@example.com",
                new AccountState.Server("imap.example.com", 993, AccountState.Encryption.TLS),
                new AccountState.Server("smtp.example.com", 587, AccountState.Encryption.STARTTLS),
                "none",
                false,
                1,
                List.of(addresses),
                sharing,
                Instant.parse("2026-11-20T09:00:00Z"),
                owner,
                audience,
                List.of());
    }

    public void removeAccount(UUID account, UUID organization) {
        send(UUID.randomUUID(), new AccountEvent.Removed(account, organization, 9));
        Awaitility.await("removal")
                .atMost(AWAIT_MAX)
                .until(() -> count("account where id = '" + account + "' and removed") == 1);
    }

    public void send(UUID id, MailroomEvent event) {
        CloudEvent<MailroomEvent> cloudEvent =
                new CloudEvent<>(id, "/test", Instant.parse("2026-11-20T10:00:00Z"), event);
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(cloudEvent.topic(), cloudEvent.partitionKey(), EventCodec.data(cloudEvent));
        EventCodec.headers(cloudEvent)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        send(record);
    }

    public void send(ProducerRecord<String, byte[]> record) {
        try {
            producer.send(record).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka did not take the record", e);
        }
    }

    public static RequestSpecification as(String role, UUID organization, UUID user) {
        return given().auth()
                .oauth2(TestTokens.token(role, organization, user.toString()))
                .contentType("application/json");
    }

    public String createRule(UUID organization, UUID user, String body) {
        return as("owner", organization, user)
                .body(body)
                .post("/v1/rules")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    public List<Map<String, Object>> runs(UUID organization, UUID user, String rule) {
        return as("owner", organization, user)
                .get("/v1/rules/" + rule + "/runs")
                .then()
                .statusCode(200)
                .extract()
                .path("data");
    }

    /** Rows of a table of the service, with a condition. */
    public static long count(String from) {
        try (var connection = TestPostgres.shared().database("rules").connect();
                var statement = connection.createStatement();
                var result = statement.executeQuery("select count(*) from " + from)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The sum of a counter over its labels. */
    public static double metric(String name) {
        return given().get("/q/metrics")
                .body()
                .asString()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    public static void execute(String sql) {
        try {
            TestPostgres.shared().database("rules").execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
