package dev.mailroom.benchmarks;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.outbox.PgOutbox;
import dev.mailroom.outbox.PgTransactions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Writes events at a steady rate, one transaction each, and takes two times: from the answer to COMMIT, when the event is
 * a durable fact, until a consumer has the record; and the same from just before COMMIT is sent, which includes the disk.
 *
 * <p>The rate does not depend on the answers, so a pause shows in every event that falls into it.
 */
final class LatencyProbe implements AutoCloseable {
    private static final Duration ARRIVAL_MAX = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    private final PgTransactions transactions;
    private final PgOutbox outbox = new PgOutbox();
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<UUID, Long> commitSentAt = new ConcurrentHashMap<>();
    private final Map<UUID, Long> committedAt = new ConcurrentHashMap<>();
    private final Map<UUID, Long> arrivedAt = new ConcurrentHashMap<>();
    private final ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread reader = Thread.ofPlatform().name("probe-reader").unstarted(this::read);
    private volatile boolean closed;

    LatencyProbe(OutboxStack stack) {
        transactions = new PgTransactions(stack.pool);
        consumer = stack.consumerAtTheEnd();
        reader.start();
    }

    /** @param sinceCommit from the answer to COMMIT; {@code sinceCommitSent} from just before it */
    record Measured(Latencies sinceCommit, Latencies sinceCommitSent) {}

    Measured measure(SampleEvents samples, int perSecond, Duration length) throws InterruptedException {
        commitSentAt.clear();
        committedAt.clear();
        arrivedAt.clear();
        long total = perSecond * length.toSeconds();
        long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long start = System.nanoTime();
        for (long i = 0; i < total; i++) {
            long due = start + i * interval;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            CloudEvent<MailEvent> event = samples.next();
            writers.execute(() -> write(event));
        }
        long deadline = System.nanoTime() + ARRIVAL_MAX.toNanos();
        while ((arrivedAt.size() < total || committedAt.size() < total) && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        return new Measured(between(committedAt), between(commitSentAt));
    }

    private Latencies between(Map<UUID, Long> begins) {
        return new Latencies(arrivedAt.entrySet().stream()
                // A consumer can be faster than the answer to the writer.
                .mapToLong(arrival ->
                        Math.max(0, arrival.getValue() - begins.getOrDefault(arrival.getKey(), arrival.getValue())))
                .toArray());
    }

    private void write(CloudEvent<MailEvent> event) {
        transactions
                .inReactiveTransaction(connection ->
                        outbox.append(connection, event).invoke(() -> commitSentAt.put(event.id(), System.nanoTime())))
                .invoke(() -> committedAt.put(event.id(), System.nanoTime()))
                .await()
                .indefinitely();
    }

    private void read() {
        while (!closed) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                byte[] id = record.headers().lastHeader(EventCodec.HEADER_ID).value();
                arrivedAt.put(UUID.fromString(new String(id, StandardCharsets.UTF_8)), System.nanoTime());
            }
        }
        consumer.close();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        reader.join();
        writers.close();
    }
}
