package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import net.jpountz.lz4.LZ4Factory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.junit.jupiter.api.Test;

/** The beans in an application, with its own relay and consumer, on a real PostgreSQL and a real Kafka. */
@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "outbox"))
class OutboxApplicationTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    Transactions transactions;

    @Inject
    PgTransactions pgTransactions;

    @Inject
    Outbox outbox;

    @Inject
    PgOutbox pgOutbox;

    @Inject
    PgInbox pgInbox;

    @Inject
    NoteConsumer consumer;

    @Inject
    Pool pool;

    @Inject
    MeterRegistry metrics;

    @Inject
    Vertx vertx;

    @Inject
    OutboxConfig outboxConfig;

    @Inject
    InboxConfig inboxConfig;

    @Inject
    @Liveness
    OutboxHealth health;

    @Test
    void hasTheDefaultsThatAreDocumented() {
        assertThat(outboxConfig.enabled()).isTrue();
        assertThat(outboxConfig.settings()).isEqualTo(RelaySettings.defaults());
        assertThat(inboxConfig.settings())
                .isEqualTo(new InboxPruning.Settings(Duration.ofDays(14), Duration.ofMinutes(1), 10_000));
    }

    @Test
    void isAliveWhileTheRelayRuns() {
        assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }

    /** Below the class loader of the application, where the library would not look for it by itself. */
    @Test
    void compressesInNativeCode() {
        new RelaySender(Map.of()).close();

        assertThat(LZ4Factory.fastestInstance()).isSameAs(LZ4Factory.nativeInstance());
    }

    @Test
    void aRowAndItsEventAreOneFact() throws Exception {
        CloudEvent<SyncStatus> event = event();

        UUID note = onVirtualThread(() -> transactions.inTransaction(session -> {
            Note row = new Note(UUID.randomUUID(), "hibernate");
            return session.persist(row)
                    .chain(() -> outbox.append(session, event))
                    .replaceWith(row.id);
        }));

        assertThat(notes("hibernate")).isEqualTo(1);
        assertThat(note).isNotNull();
        LoggedRecord record = onKafka(event);
        assertThat(record.key()).isEqualTo(event.partitionKey());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(notes("event " + event.id())).isEqualTo(1));
    }

    @Test
    void aRollBackLeavesNeitherRowNorEvent() {
        assertThatThrownBy(() -> onVirtualThread(() -> transactions.inTransaction(
                        session -> session.persist(new Note(UUID.randomUUID(), "rolled back"))
                                .chain(() -> outbox.append(session, event()))
                                .chain(() -> Uni.createFrom().<Void>failure(new IllegalArgumentException("no"))))))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no");

        assertThat(notes("rolled back")).isZero();
    }

    @Test
    void theFlavourWithoutHibernateWritesTheSame() throws Exception {
        CloudEvent<SyncStatus> event = event();

        onVirtualThread(() -> pgTransactions.inTransaction(connection -> connection
                .preparedQuery("insert into note (id, text) values ($1, $2)")
                .execute(Tuple.of(UUID.randomUUID(), "pool"))
                .chain(() -> pgOutbox.append(connection, List.of(event)))));

        assertThat(notes("pool")).isEqualTo(1);
        LoggedRecord record = onKafka(event);
        assertThat(record.headers()).containsEntry(EventCodec.HEADER_TYPE, event.type());
        assertThat(record.headers())
                .containsEntry(
                        EventCodec.HEADER_ORGANIZATION,
                        event.data().organization().toString());
    }

    @Test
    void keepsTheOrderOfAListThatNeedsSeveralStatements() throws Exception {
        UUID account = UUID.randomUUID();
        int count = OutboxInsert.STATEMENT_MAX_EVENTS + 500;
        List<CloudEvent<SyncStatus>> events = java.util.stream.IntStream.range(0, count)
                .mapToObj(number -> progress(account, number))
                .toList();

        onVirtualThread(() -> transactions.inTransaction(session -> outbox.append(session, events)));

        try (KafkaLog log = KafkaLog.of(Topics.SYNC_STATUS)) {
            assertThat(log.awaitAll(
                            "progress", count, record -> account.toString().equals(record.key())))
                    .extracting(record -> record.headers().get(EventCodec.HEADER_ID))
                    .containsExactlyElementsOf(
                            events.stream().map(event -> event.id().toString()).toList());
        }
    }

    @Test
    void anEventOutsideOfATransactionIsRefused() {
        assertThatThrownBy(() -> pool.withConnection(connection -> pgOutbox.append(connection, event()))
                        .await()
                        .atMost(SOON))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("transaction");
    }

    @Test
    void anEventThatNoRecordHoldsIsRefusedAndTakesItsTransactionWithIt() {
        SyncStatus big = new SyncStatus.StateChanged(
                UUID.randomUUID(),
                UUID.randomUUID(),
                SyncStatus.State.LIVE,
                null,
                null,
                "x".repeat(Outbox.EVENT_MAX_BYTES),
                Instant.EPOCH);
        CloudEvent<SyncStatus> event = new CloudEvent<>(UUID.randomUUID(), "/test", Instant.EPOCH, big);

        assertThatThrownBy(() -> onVirtualThread(() ->
                        transactions.inTransaction(session -> session.persist(new Note(UUID.randomUUID(), "too large"))
                                .chain(() -> outbox.append(session, event)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes");
        assertThat(notes("too large")).isZero();
    }

    @Test
    void aTransactionIsNotAwaitedOnAnEventLoop() throws Exception {
        CompletableFuture<Throwable> hibernate = new CompletableFuture<>();
        CompletableFuture<Throwable> plain = new CompletableFuture<>();
        vertx.getOrCreateContext().runOnContext(_ -> {
            hibernate.complete(thrownBy(
                    () -> transactions.inTransaction(_ -> Uni.createFrom().voidItem())));
            plain.complete(thrownBy(
                    () -> pgTransactions.inTransaction(_ -> Uni.createFrom().voidItem())));
        });

        assertThat(hibernate.get(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(plain.get(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCheckedFailureIsWrapped() {
        assertThatThrownBy(() -> onVirtualThread(() ->
                        transactions.inTransaction(_ -> Uni.createFrom().<Void>failure(new IOException("checked")))))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void anInterruptedThreadIsFreeAtOnceAndKeepsItsFlag() throws Exception {
        for (boolean hibernate : new boolean[] {true, false}) {
            CountDownLatch entered = new CountDownLatch(1);
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            Thread thread = Thread.ofVirtual().start(() -> {
                Uni<Void> slow = Uni.createFrom()
                        .voidItem()
                        .invoke(entered::countDown)
                        .onItem()
                        .delayIt()
                        .by(Duration.ofSeconds(5));
                thrown.complete(thrownBy(() -> {
                    if (hibernate) {
                        transactions.inTransaction(_ -> slow);
                    } else {
                        pgTransactions.inTransaction(_ -> slow);
                    }
                }));
                flag.complete(Thread.currentThread().isInterrupted());
            });
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

            thread.interrupt();

            assertThat(thrown.get(2, TimeUnit.SECONDS)).isInstanceOf(TransactionInterruptedException.class);
            assertThat(flag.get(2, TimeUnit.SECONDS)).isTrue();
        }
    }

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

    private static CloudEvent<SyncStatus> event() {
        return progress(UUID.randomUUID(), 0);
    }

    private static CloudEvent<SyncStatus> progress(UUID account, int done) {
        return new CloudEvent<>(
                UUID.randomUUID(),
                "/test",
                Instant.parse("2026-01-02T03:04:05Z"),
                new SyncStatus.ImportProgress(account, new UUID(1, 2), done, 5_000, false, null));
    }

    private long notes(String text) {
        return pool.preparedQuery("select count(*) from note where text = $1")
                .execute(Tuple.of(text))
                .await()
                .atMost(SOON)
                .iterator()
                .next()
                .getLong(0);
    }

    private static LoggedRecord onKafka(CloudEvent<?> event) {
        try (KafkaLog log = KafkaLog.of(event.topic())) {
            return log.await(
                    "event",
                    record -> event.id().toString().equals(record.headers().get(EventCodec.HEADER_ID)));
        }
    }

    private interface Work<T> {
        T run();
    }

    private static Throwable thrownBy(Runnable work) {
        try {
            work.run();
        } catch (Throwable thrown) {
            return thrown;
        }
        throw new AssertionError("nothing was thrown");
    }

    private static <T> T onVirtualThread(Work<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread.ofVirtual().start(task);
        try {
            return task.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
