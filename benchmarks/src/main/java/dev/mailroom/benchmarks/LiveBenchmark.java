package dev.mailroom.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * From the moment in which the mail server says that there is a message to the moment in which a consumer has the event, which is a little
 * after Kafka's acknowledgement. The pace does not depend on the answers.
 */
final class LiveBenchmark implements AutoCloseable {
    private static final double P50_MAX_MILLIS = 20;
    private static final double P99_MAX_MILLIS = 60;
    private static final int PER_SECOND = 20;
    private static final int WARM_UP_SECONDS = 20;
    private static final int BARE = 400;
    private static final int BARE_BYTES = 1_500;
    private static final long SEED = 20_261_121L;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ARRIVAL_MAX = Duration.ofSeconds(60);

    private final SessionCrowd crowd;
    private final int sessions;
    private final int seconds;
    private final Report report = new Report("live");
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Long> arrivedAt = new ConcurrentHashMap<>();
    private final Thread reader = Thread.ofPlatform().name("live-reader").unstarted(this::read);
    private final KafkaConsumer<String, byte[]> consumer;
    private final Random random = new Random(SEED);
    private volatile boolean closed;

    LiveBenchmark(Path home, int sessions, int seconds, List<String> options) throws IOException, InterruptedException {
        this.sessions = sessions;
        this.seconds = seconds;
        crowd = new SessionCrowd(home, true, options);
        consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", crowd.stack.bootstrapServers(), "enable.auto.commit", "false"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.MAIL_EVENTS).stream()
                .map(found -> new TopicPartition(Topics.MAIL_EVENTS, found.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        reader.start();
    }

    Report run() throws Exception {
        say("connecting " + sessions + " sessions");
        crowd.connect(sessions);
        say("warming up for " + 2 * WARM_UP_SECONDS + " s");
        measure(CrowdMailbox.INBOX, WARM_UP_SECONDS);
        measure(CrowdMailbox.OTHER, WARM_UP_SECONDS);
        report.add("live sessions", sessions, "");
        Latencies measured = measured("INBOX", CrowdMailbox.INBOX);
        measured("another folder", CrowdMailbox.OTHER);
        Latencies bare = bare();
        report.add("one commit and one record alone, p50", bare.millisAt(0.50), "ms");
        report.add("one commit and one record alone, p99", bare.millisAt(0.99), "ms");
        report.add("INBOX, p50, to that", measured.millisAt(0.50) / bare.millisAt(0.50), "times");
        report.add("load of the machine", Processes.load(), "");
        return report;
    }

    private Latencies measured(String name, String folder) throws Exception {
        say(name + ": " + PER_SECOND + " messages a second for " + seconds + " s");
        double[] cpu = crowd.stack.cpuSeconds();
        double statements = crowd.stack.statements();
        Latencies measured = measure(folder, seconds);
        int messages = measured.count();
        report.add(name + ": messages", messages, "");
        report.addAtMost(name + ": told to event, p50", measured.millisAt(0.50), "ms", P50_MAX_MILLIS);
        report.add(name + ": told to event, p90", measured.millisAt(0.90), "ms");
        report.addAtMost(name + ": told to event, p99", measured.millisAt(0.99), "ms", P99_MAX_MILLIS);
        report.add(name + ": told to event, longest", measured.millisAt(1), "ms");
        report.add(name + ": statements", (crowd.stack.statements() - statements) / messages, "/message");
        double[] after = crowd.stack.cpuSeconds();
        String[] parts = {"sync-service", "PostgreSQL", "Kafka and the mail server"};
        for (int part = 0; part < parts.length; part++) {
            report.add(name + ": CPU of " + parts[part], (after[part] - cpu[part]) * 1e3 / messages, "ms/message");
        }
        return measured;
    }

    /** What nothing that tells of a stored message can be faster than, on the same busy machine: a row, COMMIT, a record, its acknowledgement. */
    private Latencies bare() throws Exception {
        long[] nanos = new long[BARE];
        try (Connection connection = crowd.stack.postgres.connect(SyncStack.DATABASE);
                Statement statement = connection.createStatement();
                KafkaProducer<String, byte[]> producer = crowd.stack.newProducer()) {
            statement.execute("create table bare (id integer)");
            for (int i = 0; i < BARE; i++) {
                long begin = System.nanoTime();
                statement.execute("insert into bare (id) values (" + i + ")");
                producer.send(new ProducerRecord<>(
                                Topics.deadLettersOf(Topics.SYNC_STATUS), "bare", new byte[BARE_BYTES]))
                        .get();
                nanos[i] = System.nanoTime() - begin;
            }
        }
        return new Latencies(Arrays.copyOfRange(nanos, BARE / 2, BARE));
    }

    /** A message of a mailbox. */
    private record Sent(CrowdMailbox mailbox, String user, String folder, int number) {}

    private Latencies measure(String folder, int length) throws IOException, InterruptedException {
        List<String> users = crowd.users();
        List<Sent> sent = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < PER_SECOND * length; i++) {
            long due = begin + i * 1_000_000_000L / PER_SECOND;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            String user = users.get(random.nextInt(users.size()));
            CrowdMailbox mailbox = crowd.server.mailOf(user);
            sent.add(new Sent(mailbox, user, folder, mailbox.deliver(folder)));
        }
        long end = System.nanoTime() + ARRIVAL_MAX.toNanos();
        while (System.nanoTime() < end && !sent.stream().allMatch(mail -> arrivedAt.containsKey(id(mail)))) {
            Thread.sleep(20);
        }
        return new Latencies(sent.stream().mapToLong(this::delay).toArray());
    }

    private static String id(Sent mail) {
        return CrowdMailbox.messageId(mail.user, mail.folder, mail.number);
    }

    /** A message that the client found before it was told of it has no delay. */
    private long delay(Sent mail) {
        Long arrived = arrivedAt.get(id(mail));
        if (arrived == null) {
            throw new IllegalStateException("a message was not told of: " + id(mail));
        }
        Long told = mail.mailbox.toldAtNanos(mail.folder, mail.number);
        return told == null ? 0 : Math.max(0, arrived - told);
    }

    private void read() {
        while (!closed) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                take(record, System.nanoTime());
            }
        }
        consumer.close();
    }

    private void take(ConsumerRecord<String, byte[]> record, long now) {
        String type =
                new String(record.headers().lastHeader(EventCodec.HEADER_TYPE).value(), StandardCharsets.UTF_8);
        if (!type.endsWith("message.received.v1")) {
            return;
        }
        try {
            String id = json.readTree(record.value())
                    .path("message")
                    .path("email_message_id")
                    .asText();
            arrivedAt.putIfAbsent(id, now);
        } catch (IOException notJson) {
            throw new IllegalStateException(notJson);
        }
    }

    private static void say(String what) {
        System.err.println("live: " + what);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        crowd.close();
    }
}
