package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.embedded.EmbeddedPostgres;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Transaction;
import io.vertx.mutiny.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxRelayTest {
    private final RelayStack stack = new RelayStack();

    @AfterEach
    void close() {
        stack.close();
    }

    @Test
    void deliversTenThousandEventsInOrderPerKey() {
        int keys = 50;
        int perKey = 200;
        List<Tuple> rows = new ArrayList<>();
        for (int number = 0; number < perKey; number++) {
            for (int key = 0; key < keys; key++) {
                rows.add(RelayStack.row(stack.topic, "key-" + key, Integer.toString(number)));
            }
        }
        stack.insertAll(rows);

        stack.relay();

        List<ConsumerRecord<String, byte[]>> records = stack.read(keys * perKey);
        assertThat(records).hasSize(keys * perKey);
        List<String> expected =
                IntStream.range(0, perKey).mapToObj(Integer::toString).toList();
        for (int key = 0; key < keys; key++) {
            assertThat(RelayStack.firstsOf("key-" + key, records)).isEqualTo(expected);
        }
        await().untilAsserted(() -> assertThat(stack.count("outbox")).isZero());
    }

    @Test
    void neverSkipsATransactionThatCommitsAfterOneWithHigherIds() {
        stack.relay();
        SqlConnection late = stack.pool.getConnectionAndAwait();
        Transaction transaction = late.beginAndAwait();
        late.preparedQuery(RelayStack.INSERT).executeAndAwait(RelayStack.row(stack.topic, "a", "late"));
        stack.insert("b", "early");
        assertThat(stack.read(1)).extracting(RelayStack::text).containsExactly("early");
        await().untilAsserted(() -> assertThat(stack.count("outbox")).isZero());

        transaction.commitAndAwait();
        late.closeAndAwait();

        assertThat(stack.read(2)).extracting(RelayStack::text).containsExactlyInAnyOrder("early", "late");
    }

    @Test
    void seesATransactionThatFoundTheRelayAwakeAndCommitsWhenItSleeps() throws Exception {
        CountDownLatch selected = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        stack.relay(looksSeldom(), step -> {
            if (step == Failpoint.Step.SELECTED) {
                selected.countDown();
                try {
                    goOn.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        stack.insert("a", "first");
        assertThat(selected.await(20, TimeUnit.SECONDS)).isTrue();
        SqlConnection late = stack.pool.getConnectionAndAwait();
        Transaction transaction = late.beginAndAwait();
        late.preparedQuery(RelayStack.INSERT).executeAndAwait(RelayStack.row(stack.topic, "a", "late"));
        goOn.countDown();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(stack.count("outbox")).isZero());

        transaction.commitAndAwait();
        late.closeAndAwait();

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(stack.count("outbox")).isZero());
        assertThat(stack.read(2)).extracting(RelayStack::text).containsExactly("first", "late");
    }

    static RelaySettings looksSeldom() {
        RelaySettings quick = RelayStack.quick();
        return RelayStack.quick(Duration.ofMinutes(2), quick.batchMaxEvents(), quick.publishSilenceMax());
    }

    @Test
    void wakesUpOnACommitLongBeforeItWouldLookByItself() {
        OutboxRelay relay = stack.relay(looksSeldom(), Failpoint.none());
        await().until(relay::isLeading);
        stack.insert("a", "first");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(stack.count("outbox")).isZero());

        stack.insert("a", "second");

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(stack.count("outbox")).isZero());
        assertThat(stack.read(2)).extracting(RelayStack::text).containsExactly("first", "second");
    }

    @Test
    void sendsEachEventOnceWhileTwoRelaysRun() {
        OutboxRelay one = stack.relay();
        OutboxRelay other = stack.relay();
        await().until(() -> one.isLeading() || other.isLeading());

        for (int number = 0; number < 200; number++) {
            stack.insert("a", Integer.toString(number));
        }

        assertThat(stack.read(200))
                .extracting(RelayStack::text)
                .isEqualTo(IntStream.range(0, 200).mapToObj(Integer::toString).toList());
        assertThat(one.isLeading() ^ other.isLeading()).isTrue();
    }

    @Test
    void anotherRelayTakesOverWhenTheLeadersConnectionIsKilled() {
        OutboxRelay one = stack.relay();
        OutboxRelay other = stack.relay();
        await().until(() -> one.isLeading() || other.isLeading());

        for (int number = 0; number < 300; number++) {
            stack.insert("a", Integer.toString(number));
            if (number % 60 == 30) {
                await().until(stack::killLeader);
            }
        }

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(stack.count("outbox")).isZero());
        assertThat(RelayStack.firstsOf("a", stack.read(300)))
                .isEqualTo(IntStream.range(0, 300).mapToObj(Integer::toString).toList());
    }

    @Test
    void aRelayThatIsClosedMakesRoomForTheNextAndGivesItsConnectionBack() {
        OutboxRelay first = stack.relay();
        await().until(first::isLeading);

        for (int round = 0; round < 12; round++) {
            first.close();
            assertThat(first.isAlive()).isFalse();
            first = stack.relay();
            await().atMost(Duration.ofSeconds(10)).until(first::isLeading);
        }

        stack.insert("a", "still there");
        assertThat(stack.read(1)).extracting(RelayStack::text).containsExactly("still there");
    }

    @Test
    void waitsForKafkaAndKeepsTheOrder() {
        OutboxRelay relay = stack.relay();
        stack.insert("a", "0");
        await().untilAsserted(() -> assertThat(stack.count("outbox")).isZero());
        RelayStack.KAFKA.stop();
        try {
            for (int number = 1; number < 100; number++) {
                stack.insert("a", Integer.toString(number));
            }
            // Longer than a request, a poll and several reconnects take.
            await().during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(stack.count("outbox")).isEqualTo(99));
            assertThat(relay.isAlive()).isTrue();
        } finally {
            RelayStack.KAFKA.start();
        }

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(stack.count("outbox")).isZero());
        assertThat(RelayStack.firstsOf("a", stack.read(100)))
                .isEqualTo(IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    }

    @Test
    void startsWhileKafkaIsAwayAndCanBeClosedMeanwhile() {
        RelayStack.KAFKA.stop();
        try {
            stack.insert("a", "waits");
            OutboxRelay relay = stack.relay();
            await().until(relay::isLeading);
            assertThat(stack.count("outbox")).isEqualTo(1);

            relay.close();

            assertThat(relay.isAlive()).isFalse();
            stack.relay();
        } finally {
            RelayStack.KAFKA.start();
        }

        assertThat(stack.read(1)).extracting(RelayStack::text).containsExactly("waits");
    }

    @Test
    void comesBackAfterARestartOfPostgres(@TempDir Path folder) throws Exception {
        // The server may run as another user, who must be able to enter.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (EmbeddedPostgres durable = EmbeddedPostgres.persistent(folder.resolve("postgres"), 0);
                RelayStack restarted = new RelayStack(durable)) {
            restarted.relay();
            restarted.insert("a", "before");
            await().untilAsserted(() -> assertThat(restarted.count("outbox")).isZero());

            durable.stop();
            durable.start();
            await().ignoreExceptions().untilAsserted(() -> restarted.insert("a", "after"));

            await().atMost(Duration.ofSeconds(15))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(restarted.count("outbox")).isZero());
            assertThat(RelayStack.firstsOf("a", restarted.read(2)))
                    .startsWith("before")
                    .contains("after");
        }
    }

    @Test
    void parksWhatKafkaWillNeverTakeAndGoesOn() {
        stack.relay();
        stack.insertAll(List.of(
                RelayStack.row(stack.topic, "a", "1"),
                RelayStack.row(stack.topic, "a", "x".repeat(3 * 1024 * 1024)),
                RelayStack.row(stack.topic, "a", "2")));

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(stack.count("outbox_parked")).isEqualTo(1));

        assertThat(stack.count("outbox")).isZero();
        assertThat(stack.read(2)).extracting(RelayStack::text).containsExactly("1", "2");
        assertThat(stack.pool
                        .query("select reason from outbox_parked")
                        .executeAndAwait()
                        .iterator()
                        .next()
                        .getString(0))
                .contains("RecordTooLargeException");
    }

    @Test
    void aTopicThatIsNotThereHoldsUpNoOther() {
        String missing = stack.topic + ".missing";
        stack.relay();
        stack.insertAll(List.of(
                RelayStack.row(missing, "a", "1"),
                RelayStack.row(missing, "a", "2"),
                RelayStack.row(stack.topic, "a", "other")));

        assertThat(stack.read(1)).extracting(RelayStack::text).containsExactly("other");
        assertThat(stack.count("outbox")).isEqualTo(2);

        stack.createTopic(missing);
        assertThat(RelayStack.read(missing, 2)).extracting(RelayStack::text).containsExactly("1", "2");
    }

    @Test
    void reportsPendingEventsAndTheirAge() {
        RelayStack.KAFKA.stop();
        try (var pending = new PendingRelay(stack)) {
            stack.insert("a", UUID.randomUUID().toString());
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                assertThat(pending.gauge("mailroom.outbox.leader")).isEqualTo(1);
                assertThat(pending.gauge("mailroom.outbox.pending")).isEqualTo(1);
                assertThat(pending.gauge("mailroom.outbox.age")).isPositive();
            });
        } finally {
            RelayStack.KAFKA.start();
        }
    }
}
