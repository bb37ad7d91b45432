package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The leader is frozen: it is alive for PostgreSQL and for Kafka, and does nothing. */
class FrozenLeaderTest {
    private static final Duration TAKEN_OVER_MAX = Duration.ofSeconds(20);

    private final RelayStack stack = new RelayStack();

    @AfterEach
    void close() {
        stack.close();
    }

    @Test
    void anotherRelayTakesOverFromAFrozenProcessWhichRepeatsNothingWhenItGoesOn() throws Exception {
        Process frozen = CrashingRelay.start(stack.database, Failpoint.Step.SELECTED, Integer.MAX_VALUE);
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> stack.leader() != 0);
            long before = stack.leader();
            OutboxRelay standby = stack.relay();
            stack.insert("a", "0");
            await().atMost(TAKEN_OVER_MAX).until(() -> stack.count("outbox") == 0);
            assertThat(standby.isLeading()).isFalse();

            signal("STOP", frozen);
            for (int number = 1; number < 50; number++) {
                stack.insert("a", Integer.toString(number));
            }
            await().atMost(TAKEN_OVER_MAX).until(() -> stack.count("outbox") == 0);
            assertThat(standby.isLeading()).isTrue();
            assertThat(stack.leader()).isNotEqualTo(before);

            signal("CONT", frozen);
            for (int number = 50; number < 100; number++) {
                stack.insert("a", Integer.toString(number));
            }
            await().atMost(TAKEN_OVER_MAX).until(() -> stack.count("outbox") == 0);
            assertThat(standby.isLeading()).isTrue();
            assertThat(texts(stack.read(100))).isEqualTo(numbers(100));
        } finally {
            frozen.destroyForcibly();
        }
    }

    @Test
    void aLeaderThatWasFrozenWithABatchInItsHandsSendsNothingOfIt() throws Exception {
        CountDownLatch selected = new CountDownLatch(1);
        CountDownLatch thaw = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        OutboxRelay frozen = stack.relay(RelayStack.quick(), step -> {
            if (step == Failpoint.Step.SELECTED && first.getAndSet(false)) {
                selected.countDown();
                awaitQuietly(thaw);
            }
        });
        await().until(frozen::isLeading);
        stack.insert("a", "0");
        assertThat(selected.await(20, TimeUnit.SECONDS)).isTrue();
        OutboxRelay standby = stack.relay();

        await().atMost(TAKEN_OVER_MAX).until(standby::isLeading);
        stack.insert("a", "1");
        await().atMost(TAKEN_OVER_MAX).until(() -> stack.count("outbox") == 0);
        thaw.countDown();
        await().atMost(TAKEN_OVER_MAX).until(() -> !frozen.isLeading());
        stack.insert("a", "2");

        assertThat(texts(stack.read(3))).isEqualTo(numbers(3));
    }

    @Test
    void aLeaderThatWaitsForKafkaForLongKeepsTheLead() {
        OutboxRelay leader = stack.relay();
        await().until(leader::isLeading);
        stack.insert("a", "0");
        await().until(() -> stack.count("outbox") == 0);
        long backend = stack.leader();
        stack.relay();

        RelayStack.KAFKA.stop();
        try {
            stack.insert("a", "1");
            await().during(RelaySettings.LEAD_LEASE_MIN.multipliedBy(2))
                    .atMost(RelaySettings.LEAD_LEASE_MIN.multipliedBy(4))
                    .until(() -> stack.leader() == backend);
        } finally {
            RelayStack.KAFKA.start();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> stack.count("outbox") == 0);
        assertThat(leader.isLeading()).isTrue();
    }

    @Test
    void aLeaderThatSleepsForLongKeepsTheLead() {
        OutboxRelay leader = stack.relay(OutboxRelayTest.looksSeldom(), Failpoint.none());
        await().until(leader::isLeading);
        long backend = stack.leader();

        await().during(RelaySettings.LEAD_LEASE_MIN.multipliedBy(2))
                .atMost(RelaySettings.LEAD_LEASE_MIN.multipliedBy(4))
                .until(() -> stack.leader() == backend);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> texts(List<ConsumerRecord<String, byte[]>> records) {
        return records.stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }
}
