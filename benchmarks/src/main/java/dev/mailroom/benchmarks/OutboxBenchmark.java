package dev.mailroom.benchmarks;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.outbox.OutboxRelay;
import dev.mailroom.outbox.PgOutbox;
import dev.mailroom.outbox.PgTransactions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How fast events leave PostgreSQL, and how soon after the commit they are on Kafka.
 *
 * <p>Throughput stands beside a limit of the same run: a bare producer with the same settings and the same records, which
 * reads no table and deletes nothing.
 */
final class OutboxBenchmark implements AutoCloseable {
    private static final double DRAIN_TARGET = 10_000;
    private static final double P99_TARGET_MS = 50;
    private static final int RATE = 500;
    private static final int WRITERS = 4;
    private static final int TRANSACTION_EVENTS = 100;
    private static final int WARM_UP_EVENTS = 30_000;
    private static final int LIMIT_RECORDS_HELD = 10_000;

    private final int events;
    private final int seconds;
    private final OutboxStack stack;
    private final PgTransactions transactions;
    private final PgOutbox outbox = new PgOutbox();
    private final Report report = new Report("outbox");
    private long appended;

    OutboxBenchmark(int events, int seconds) throws IOException, SQLException {
        this.events = events;
        this.seconds = seconds;
        this.stack = new OutboxStack();
        this.transactions = new PgTransactions(stack.pool);
    }

    Report run() throws InterruptedException, ExecutionException {
        say("warming up");
        append(WARM_UP_EVENTS);
        drain();
        sendBare(WARM_UP_EVENTS);

        say("draining " + events + " events");
        double appendSeconds = append(events);
        double drainSeconds = drain();
        say("the limit: a bare producer");
        double bareSeconds = sendBare(events);
        report.add("write: events in transactions of " + TRANSACTION_EVENTS, events / appendSeconds, "events/s");
        report.addAtLeast("drain: PostgreSQL to Kafka", events / drainSeconds, "events/s", DRAIN_TARGET);
        report.add("limit: bare producer, same records", events / bareSeconds, "events/s");
        report.add("drain in % of the limit", 100 * bareSeconds / drainSeconds, "%");

        say("writing and draining at once");
        report.add("write and drain at once", events / writeAndDrain(), "events/s");

        say("latency at " + RATE + " events/s for " + seconds + " s");
        latency();
        report.addAtMost("events that did not arrive", appended - stack.recordsOnKafka(), "events", 0);
        return report;
    }

    /** @return seconds */
    private double append(int count) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int share = count / WRITERS;
                running.add(writers.submit(() -> write(share)));
            }
            for (Future<?> writer : running) {
                writer.get();
            }
        }
        appended += count / WRITERS * WRITERS;
        return since(start);
    }

    private void write(int count) {
        SampleEvents samples = new SampleEvents();
        for (int left = count; left > 0; left -= TRANSACTION_EVENTS) {
            List<CloudEvent<MailEvent>> batch = samples.next(Math.min(left, TRANSACTION_EVENTS));
            transactions.inTransaction(connection -> outbox.append(connection, batch));
        }
    }

    /** @return seconds from the start of the relay until every row is acknowledged and deleted */
    private double drain() throws InterruptedException {
        long start = System.nanoTime();
        try (OutboxRelay relay = stack.relay()) {
            relay.start();
            stack.awaitEmpty();
            return since(start);
        }
    }

    private double writeAndDrain() throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        try (OutboxRelay relay = stack.relay()) {
            relay.start();
            append(events);
            stack.awaitEmpty();
            return since(start);
        }
    }

    /** @return seconds to send and have acknowledged as many records, made beforehand */
    private double sendBare(int count) throws InterruptedException {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        SampleEvents samples = new SampleEvents();
        for (int i = 0; i < Math.min(count, LIMIT_RECORDS_HELD); i++) {
            records.add(recordOf(samples.next()));
        }
        Map<String, Object> settings = new java.util.HashMap<>(stack.kafka());
        settings.putAll(Map.of("acks", "all", "enable.idempotence", true, "compression.type", "lz4"));
        settings.putAll(Map.of("linger.ms", 1, "batch.size", 64 * 1024));
        CountDownLatch open = new CountDownLatch(count);
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                producer.send(records.get(i % records.size()), (_, failed) -> {
                    if (failed != null) {
                        failure.set(failed);
                    }
                    open.countDown();
                });
            }
            open.await();
            if (failure.get() != null) {
                throw new IllegalStateException("the bare producer failed", failure.get());
            }
            appended += count;
            return since(start);
        }
    }

    private static ProducerRecord<String, byte[]> recordOf(CloudEvent<MailEvent> event) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(event.topic(), event.partitionKey(), EventCodec.data(event));
        EventCodec.headers(event)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private void latency() throws InterruptedException {
        try (OutboxRelay relay = stack.relay();
                LatencyProbe probe = new LatencyProbe(stack)) {
            relay.start();
            SampleEvents samples = new SampleEvents();
            LatencyProbe.Measured warmUp = probe.measure(samples, RATE, Duration.ofSeconds(5));
            LatencyProbe.Measured measured = probe.measure(samples, RATE, Duration.ofSeconds(seconds));
            Latencies latencies = measured.sinceCommit();
            appended += warmUp.sinceCommit().count() + latencies.count();
            report.add("latency: rate reached", latencies.count() / (double) seconds, "events/s");
            report.add("latency: commit to consumer, p50", latencies.millisAt(0.50), "ms");
            report.addAtMost("latency: commit to consumer, p99", latencies.millisAt(0.99), "ms", P99_TARGET_MS);
            report.add("latency: commit to consumer, p99.9", latencies.millisAt(0.999), "ms");
            report.add("latency: commit to consumer, worst", latencies.millisAt(1), "ms");
            report.add(
                    "latency: with the commit itself, p50",
                    measured.sinceCommitSent().millisAt(0.50),
                    "ms");
            report.add(
                    "latency: with the commit itself, p99",
                    measured.sinceCommitSent().millisAt(0.99),
                    "ms");
        }
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void say(String what) {
        System.err.println("outbox: " + what);
    }

    @Override
    public void close() throws IOException {
        stack.close();
    }
}
