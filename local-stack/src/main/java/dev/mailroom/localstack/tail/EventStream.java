package dev.mailroom.localstack.tail;

import dev.mailroom.contracts.Topics;
import dev.mailroom.localstack.terminal.CommandFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Records of some topics as they come. Not thread safe; close it. */
public final class EventStream implements AutoCloseable {

    private static final String TOPIC_PREFIX = "mailroom.";
    private static final int REQUEST_MAX_MS = 10_000;

    private final KafkaConsumer<String, byte[]> consumer;

    private EventStream(KafkaConsumer<String, byte[]> consumer) {
        this.consumer = consumer;
    }

    /**
     * Opens the topics.
     *
     * @param topics full names, or names without {@code mailroom.}; empty for all with their dead letters
     * @param fromBeginning whether what is there already comes first
     * @throws CommandFailure if the broker does not answer, or a topic is not there
     */
    public static EventStream open(String bootstrapServers, List<String> topics, boolean fromBeginning) {
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "enable.auto.commit",
                        "false",
                        "default.api.timeout.ms",
                        REQUEST_MAX_MS,
                        "fetch.max.wait.ms",
                        50),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        try {
            var partitions = new ArrayList<TopicPartition>();
            Map<String, ?> known = consumer.listTopics();
            for (String topic : topics.isEmpty() ? everything() : topics) {
                String name = topic.startsWith(TOPIC_PREFIX) ? topic : TOPIC_PREFIX + topic;
                if (!known.containsKey(name)) {
                    throw new CommandFailure(
                            "there is no topic " + name + "; there are " + String.join(", ", Topics.ALL));
                }
                consumer.partitionsFor(name)
                        .forEach(partition -> partitions.add(new TopicPartition(name, partition.partition())));
            }
            consumer.assign(partitions);
            if (fromBeginning) {
                consumer.seekToBeginning(partitions);
            } else {
                consumer.seekToEnd(partitions);
                // Seeks are lazy: this makes "the end" the end of now.
                partitions.forEach(consumer::position);
            }
            return new EventStream(consumer);
        } catch (KafkaException e) {
            consumer.close();
            throw new CommandFailure("Kafka at " + bootstrapServers + " does not answer", e);
        } catch (CommandFailure e) {
            consumer.close();
            throw e;
        }
    }

    private static List<String> everything() {
        return Topics.ALL.stream()
                .flatMap(topic -> Stream.of(topic, Topics.deadLettersOf(topic)))
                .toList();
    }

    /** What came, at the latest after {@code wait}; in order per partition. */
    public List<SeenEvent> poll(Duration wait) {
        var seen = new ArrayList<SeenEvent>();
        consumer.poll(wait).forEach(record -> seen.add(SeenEvent.of(record)));
        return seen;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
