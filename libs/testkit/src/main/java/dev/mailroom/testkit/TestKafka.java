package dev.mailroom.testkit;

import dev.mailroom.contracts.Topics;
import dev.mailroom.embedded.EmbeddedKafka;
import dev.mailroom.embedded.TopicSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.testcontainers.kafka.KafkaContainer;

/** The Kafka broker of this JVM's tests, with every topic of Mailroom. */
public final class TestKafka {

    private static final String IMAGE = "apache/kafka:4.1.1";
    private static final String ADDRESS = "dev.mailroom.testkit.kafka";
    private static final int PARTITIONS = 8;
    private static final int ADMIN_MAX_S = 60;

    private final String bootstrapServers;

    private TestKafka(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** The one broker, started by the first who asks and stopped at the end of the JVM. */
    public static TestKafka shared() {
        return new TestKafka(SharedProperty.get(ADDRESS, TestKafka::start));
    }

    private static String start() {
        if (InfrastructureChoice.ofThisMachine() == InfrastructureChoice.DOCKER) {
            var container = new KafkaContainer(IMAGE);
            container.start();
            new TestKafka(container.getBootstrapServers()).createTopics(mailroomTopics());
            return container.getBootstrapServers();
        }
        var kafka = EmbeddedKafka.temporary();
        kafka.createTopics(mailroomTopics());
        return kafka.bootstrapServers();
    }

    /** Every topic of Mailroom with its dead letters, laid out as the system needs them. */
    public static Map<String, TopicSpec> mailroomTopics() {
        var topics = new HashMap<String, TopicSpec>();
        for (String topic : Topics.ALL) {
            int partitions = Topics.isSharded(topic) ? Topics.SHARDS : PARTITIONS;
            topics.put(topic, Topics.isCompacted(topic) ? TopicSpec.compacted(partitions) : TopicSpec.of(partitions));
            topics.put(Topics.deadLettersOf(topic), TopicSpec.of(1));
        }
        return topics;
    }

    /** {@code host:port}, as clients want it. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Makes a topic of a test's own, unless it is there. */
    public void createTopic(String name, int partitions) {
        createTopics(Map.of(name, TopicSpec.of(partitions)));
    }

    private void createTopics(Map<String, TopicSpec> topics) {
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrapServers))) {
            var wanted = topics.entrySet().stream()
                    .map(topic -> new NewTopic(
                                    topic.getKey(), Optional.of(topic.getValue().partitions()), Optional.empty())
                            .configs(topic.getValue().settings()))
                    .toList();
            for (var created : admin.createTopics(wanted).values().values()) {
                created.get(ADMIN_MAX_S, TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException("topics could not be made", e);
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException("topics were not made within " + ADMIN_MAX_S + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while topics were made", e);
        }
    }
}
