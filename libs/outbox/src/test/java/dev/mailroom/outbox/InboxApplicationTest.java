package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.contracts.Topics;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import dev.mailroom.testkit.MailroomInfrastructure;
import dev.mailroom.testkit.TestKafka;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** What becomes of an event that comes in: once, again, or as what nobody can read. */
@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "outbox"))
class InboxApplicationTest extends OutboxApplication {
    @Inject
    PgInbox pgInbox;

    @Inject
    NoteConsumer consumer;

    @Inject
    MeterRegistry metrics;

    @Test
    void anEventThatComesTwiceHasOneEffect() throws Exception {
        CloudEvent<SyncStatus> event = event();

        onVirtualThread(() -> transactions.inTransaction(session -> outbox.append(session, List.of(event, event))));
        CloudEvent<SyncStatus> after = progress(event.data().account(), 1);
        onVirtualThread(() -> transactions.inTransaction(session -> outbox.append(session, after)));

        // The same key: when the later event is done, both copies are.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(notes("event " + after.id())).isEqualTo(1));
        assertThat(notes("event " + event.id())).isEqualTo(1);
    }

    @Test
    void ofTwoTransactionsWithOneEventTheSecondDoesNothing() {
        UUID event = UUID.randomUUID();
        List<Uni<Void>> both = java.util.stream.Stream.of(1, 2)
                .map(_ -> pgTransactions.inReactiveTransaction(connection -> pgInbox.once(
                        connection,
                        "race",
                        event,
                        () -> connection
                                .preparedQuery("insert into note (id, text) values ($1, 'race')")
                                .execute(Tuple.of(UUID.randomUUID()))
                                .onItem()
                                .delayIt()
                                .by(Duration.ofMillis(200))
                                .replaceWithVoid())))
                .toList();

        Uni.join().all(both).andFailFast().await().atMost(SOON);

        assertThat(notes("race")).isEqualTo(1);
    }

    @Test
    void aTransientFailureIsRetriedUntilItPassesAndIsNeverADeadLetter() throws Exception {
        CloudEvent<SyncStatus> event = event();
        int more = EventConsumer.ATTEMPTS_MAX + 2;
        consumer.failures.put(event.data().account(), call -> call <= more ? new RetryLaterException("not now") : null);

        onVirtualThread(() -> transactions.inTransaction(session -> outbox.append(session, event)));

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(notes("event " + event.id())).isEqualTo(1));
        assertThat(consumer.calls.get(event.data().account())).hasValue(more + 1);
        try (KafkaLog dead = KafkaLog.of(Topics.deadLettersOf(Topics.SYNC_STATUS))) {
            assertThat(dead.records()).noneMatch(record -> event.partitionKey().equals(record.key()));
        }
    }

    @Test
    void anEventThatFailsForItselfIsADeadLetterAfterFiveTriesAndTheNextGoesOn() throws Exception {
        CloudEvent<SyncStatus> poison = event();
        CloudEvent<SyncStatus> next = progress(poison.data().account(), 1);
        consumer.failures.put(
                poison.data().account(),
                call -> call <= EventConsumer.ATTEMPTS_MAX ? new IllegalStateException("secret content") : null);

        onVirtualThread(() -> transactions.inTransaction(session -> outbox.append(session, List.of(poison, next))));

        try (KafkaLog dead = KafkaLog.of(Topics.deadLettersOf(Topics.SYNC_STATUS))) {
            LoggedRecord letter =
                    dead.await("dead letter", record -> poison.partitionKey().equals(record.key()));
            assertThat(letter.headers().get("dead-letter-reason"))
                    .contains(poison.id().toString())
                    .contains("IllegalStateException");
            assertThat(letter.headers().toString()).doesNotContain("secret content");
            assertThat(letter.headers())
                    .containsEntry(EventCodec.HEADER_ID, poison.id().toString());
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(notes("event " + next.id())).isEqualTo(1));
        assertThat(notes("event " + poison.id())).isZero();
        assertThat(consumer.calls.get(poison.data().account())).hasValue(EventConsumer.ATTEMPTS_MAX + 1);
    }

    @Test
    void aMalformedRecordIsADeadLetterWithTheReasonAndIsCounted() throws Exception {
        double before = malformed();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestKafka.shared().bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            Topics.SYNC_STATUS, "malformed", "no json".getBytes(StandardCharsets.UTF_8)))
                    .get(10, TimeUnit.SECONDS);
        }

        try (KafkaLog dead = KafkaLog.of(Topics.deadLettersOf(Topics.SYNC_STATUS))) {
            LoggedRecord letter = dead.await("dead letter", record -> "malformed".equals(record.key()));
            assertThat(letter.headers().get("dead-letter-reason")).contains("header ce_type is missing");
            assertThat(letter.headers().get("dead-letter-topic")).isEqualTo(Topics.SYNC_STATUS);
        }
        assertThat(malformed()).isEqualTo(before + 1);
    }

    private double malformed() {
        var counter = metrics.find("mailroom.events.malformed")
                .tag("topic", Topics.SYNC_STATUS)
                .counter();
        return counter == null ? 0 : counter.count();
    }
}
