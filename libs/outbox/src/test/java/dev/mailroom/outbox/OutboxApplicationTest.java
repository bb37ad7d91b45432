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
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.jpountz.lz4.LZ4Factory;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.junit.jupiter.api.Test;

/** What is written with an event, and when it is sent. */
@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "outbox"))
class OutboxApplicationTest extends OutboxApplication {
    @Inject
    PgOutbox pgOutbox;

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

    private static LoggedRecord onKafka(CloudEvent<?> event) {
        try (KafkaLog log = KafkaLog.of(event.topic())) {
            return log.await(
                    "event",
                    record -> event.id().toString().equals(record.headers().get(EventCodec.HEADER_ID)));
        }
    }

    private static Throwable thrownBy(Runnable work) {
        try {
            work.run();
        } catch (Throwable thrown) {
            return thrown;
        }
        throw new AssertionError("nothing was thrown");
    }
}
