package dev.mailroom.systemtests.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.contracts.Topics;
import dev.mailroom.systemtests.replicas.Deliveries.Delivered;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what is told of messages, on a thread of its own, and notes when. */
final class EventWatch implements AutoCloseable {
    /**
     * What was told of one message.
     *
     * @param atNanos when it was told first
     * @param times how often, under the same id
     * @param order of the first time, among all events of the account
     */
    private record Told(String event, String message, long atNanos, int times, long order) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, Told> told = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::read);
    private volatile boolean closing;
    private long order;

    EventWatch(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrapServers, "enable.auto.commit", "false"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.MAIL_EVENTS).stream()
                .map(found -> new TopicPartition(Topics.MAIL_EVENTS, found.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread.start();
    }

    private void read() {
        while (!closing) {
            consumer.poll(Duration.ofMillis(50)).forEach(this::take);
        }
    }

    private synchronized void take(ConsumerRecord<String, byte[]> record) {
        String type = header(record, "ce_type");
        if (!type.endsWith("message.received.v1") && !type.endsWith("message.imported.v1")) {
            return;
        }
        JsonNode message = json(record.value()).path("message");
        String id = message.path("email_message_id").asText();
        Told now = new Told(header(record, "ce_id"), message.path("id").asText(), System.nanoTime(), 1, order++);
        Told before = told.putIfAbsent(id, now);
        if (before == null) {
            return;
        }
        if (before.event.equals(now.event) && before.message.equals(now.message)) {
            told.put(id, new Told(before.event, before.message, before.atNanos, before.times + 1, before.order));
        } else {
            wrong.add(id + " was told as " + before + " and as " + now);
        }
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many of these were not told yet. */
    synchronized long missing(List<Delivered> delivered) {
        return delivered.stream().filter(mail -> !told.containsKey(mail.id())).count();
    }

    /** Nothing lost, nothing told under two ids, the order of each mailbox kept. */
    synchronized void check(List<Delivered> delivered) {
        assertThat(delivered.stream().filter(mail -> !told.containsKey(mail.id())))
                .as("lost")
                .isEmpty();
        assertThat(wrong).as("told under two ids").isEmpty();
        Map<UUID, Long> last = new HashMap<>();
        Set<String> messages = new HashSet<>();
        for (Delivered mail : delivered) {
            Told event = Objects.requireNonNull(told.get(mail.id()));
            Long before = last.put(mail.account(), event.order);
            assertThat(before == null || before < event.order)
                    .as("message %d of account %s in order", mail.number(), mail.account())
                    .isTrue();
            assertThat(messages.add(event.message)).as("a message of its own").isTrue();
        }
    }

    /** Events that were repeated, under the same id. */
    synchronized long repeated() {
        return told.values().stream().filter(event -> event.times > 1).count();
    }

    /** The longest time from a message that arrived in this time to its event. */
    synchronized Duration longestDelay(List<Delivered> delivered, long fromNanos, long toNanos) {
        return Duration.ofNanos(delivered.stream()
                .filter(mail -> mail.atNanos() >= fromNanos && mail.atNanos() <= toNanos)
                .mapToLong(mail -> Objects.requireNonNull(told.get(mail.id())).atNanos - mail.atNanos())
                .max()
                .orElse(0));
    }

    /** When the last of them was told, by {@link System#nanoTime()}. */
    synchronized long lastTold(List<Delivered> delivered) {
        return delivered.stream()
                .mapToLong(mail -> Objects.requireNonNull(told.get(mail.id())).atNanos)
                .max()
                .orElse(0);
    }

    /** The id of a message that was told. */
    synchronized String messageOf(Delivered mail) {
        return Objects.requireNonNull(told.get(mail.id())).message;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
        consumer.close();
    }
}
