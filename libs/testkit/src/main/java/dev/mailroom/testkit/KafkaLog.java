package dev.mailroom.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

/**
 * Reads one topic as a test wants it: everything that was ever written, without a consumer group and without taking anything away.
 *
 * <p>Not thread safe; close it.
 */
public final class KafkaLog implements AutoCloseable {

    /** How long {@code await…} waits before it fails, unless told otherwise. */
    public static final Duration AWAIT_MAX = Duration.ofSeconds(40);

    private static final Duration POLL = Duration.ofMillis(100);

    private final String topic;
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<LoggedRecord> seen = new ArrayList<>();

    private KafkaLog(String topic, String bootstrapServers, boolean fromBeginning) {
        this.topic = topic;
        this.consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrapServers, "enable.auto.commit", "false"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(found -> new TopicPartition(topic, found.partition()))
                .toList();
        consumer.assign(partitions);
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        // Seeks are lazy: this makes "the end" the end of now.
        partitions.forEach(consumer::position);
    }

    /** The topic on the shared broker, from its first record on. */
    public static KafkaLog of(String topic) {
        return new KafkaLog(topic, TestKafka.shared().bootstrapServers(), true);
    }

    /** The topic on the shared broker, without what is there already. */
    public static KafkaLog fromNow(String topic) {
        return new KafkaLog(topic, TestKafka.shared().bootstrapServers(), false);
    }

    /** The topic on another broker, without what is there already. */
    public static KafkaLog fromNow(String topic, String bootstrapServers) {
        return new KafkaLog(topic, bootstrapServers, false);
    }

    /** The topic on another broker, from its first record on. */
    public static KafkaLog of(String topic, String bootstrapServers) {
        return new KafkaLog(topic, bootstrapServers, true);
    }

    /** Everything seen so far, in order per partition, after a look for more. */
    public List<LoggedRecord> records() {
        poll();
        return List.copyOf(seen);
    }

    /** Everything that is on the topic at this moment, in order per partition: nothing that Kafka has is left out. */
    public List<LoggedRecord> recordsToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        Awaitility.await("the end of " + topic)
                .atMost(AWAIT_MAX)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .pollInSameThread()
                .until(() -> {
                    poll();
                    return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
                });
        return List.copyOf(seen);
    }

    /** The first record, of those seen and those to come, for which the condition holds. */
    public LoggedRecord await(String what, Predicate<LoggedRecord> condition) {
        return awaitAll(what, 1, condition).getFirst();
    }

    /** The first record of this event type, by the end of its name, for example {@code message.received.v1}. */
    public LoggedRecord awaitType(String type) {
        return await(type, record -> record.type().endsWith(type));
    }

    /** At least {@code count} records for which the condition holds. */
    public List<LoggedRecord> awaitAll(String what, int count, Predicate<LoggedRecord> condition) {
        Awaitility.await(count + " x " + what + " on " + topic)
                .atMost(AWAIT_MAX)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .pollInSameThread()
                .until(() -> {
                    poll();
                    return seen.stream().filter(condition).count() >= count;
                });
        return seen.stream().filter(condition).toList();
    }

    /** Looks for this long and returns what came for which the condition holds: for proving that nothing does. */
    public List<LoggedRecord> during(Duration time, Predicate<LoggedRecord> condition) {
        int before = seen.size();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            poll();
        }
        return seen.subList(before, seen.size()).stream().filter(condition).toList();
    }

    private void poll() {
        consumer.poll(POLL).forEach(record -> seen.add(LoggedRecord.of(record)));
    }

    /** Also forgets what was seen: many test classes keep theirs in a field until the last of them ends. */
    @Override
    public void close() {
        consumer.close();
        seen.clear();
    }
}
