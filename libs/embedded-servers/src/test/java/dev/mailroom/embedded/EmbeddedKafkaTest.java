package dev.mailroom.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedKafkaTest {

    private static final Duration POLL_MAX = Duration.ofSeconds(20);

    private Path folder = Path.of("unset");

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Files.createTempDirectory("embedded-kafka-test");
    }

    @AfterEach
    void deleteFolder() throws Exception {
        Folders.deleteIfExists(folder);
    }

    @Test
    void makesTopicsAsSpecifiedAndLeavesThemOnASecondCall() throws Exception {
        try (var kafka = EmbeddedKafka.temporary()) {
            kafka.createTopics(Map.of("plain", TopicSpec.of(3), "kept", TopicSpec.compacted(64)));
            kafka.createTopics(Map.of("plain", TopicSpec.of(5)));

            try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()))) {
                var topics = admin.describeTopics(List.of("plain", "kept"))
                        .allTopicNames()
                        .get(20, TimeUnit.SECONDS);
                assertThat(topics)
                        .hasEntrySatisfying(
                                "plain", topic -> assertThat(topic.partitions()).hasSize(3));
                assertThat(topics)
                        .hasEntrySatisfying(
                                "kept", topic -> assertThat(topic.partitions()).hasSize(64));
                var resource = new ConfigResource(ConfigResource.Type.TOPIC, "kept");
                var settings = admin.describeConfigs(List.of(resource)).all().get(20, TimeUnit.SECONDS);
                assertThat(settings)
                        .hasEntrySatisfying(
                                resource,
                                found -> assertThat(found.get("cleanup.policy").value())
                                        .isEqualTo("compact"));
            }
        }
    }

    @Test
    void keepsRecordsAndPortOverStopAndStart() {
        try (var kafka = EmbeddedKafka.persistent(folder, 0)) {
            kafka.createTopics(Map.of("events", TopicSpec.of(1)));
            send(kafka, "first");
            String address = kafka.bootstrapServers();
            kafka.stop();
            assertThat(kafka.isRunning()).isFalse();

            kafka.start();

            assertThat(kafka.bootstrapServers()).isEqualTo(address);
            send(kafka, "second");
            assertThat(read(kafka, 2)).containsExactly("first", "second");
        }
    }

    @Test
    void takesRecordsInEveryCompressionThatAProducerMayUse() {
        try (var kafka = EmbeddedKafka.temporary()) {
            kafka.createTopics(Map.of("events", TopicSpec.of(1)));
            for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
                send(kafka, compression, compression);
            }

            assertThat(read(kafka, 5)).containsExactly("none", "gzip", "snappy", "lz4", "zstd");
        }
    }

    @Test
    void opensAFolderOfAnEarlierBroker() {
        try (var kafka = EmbeddedKafka.persistent(folder, 0)) {
            kafka.createTopics(Map.of("events", TopicSpec.of(1)));
            send(kafka, "kept");
        }
        try (var again = EmbeddedKafka.persistent(folder, 0)) {
            assertThat(read(again, 1)).containsExactly("kept");
        }
    }

    @Test
    void namesThePortThatIsTaken() throws Exception {
        try (var squatter = new ServerSocket(0, 1, LoopbackPorts.loopback())) {
            assertThatThrownBy(() -> EmbeddedKafka.persistent(folder, squatter.getLocalPort()))
                    .isInstanceOf(PortTakenException.class)
                    .hasMessage("port " + squatter.getLocalPort() + " for Kafka is taken by another process");
        }
    }

    @Test
    void startsAnewWhereFormattingWasInterrupted() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/bootstrap.checkpoint"), "cut short");
        try (var kafka = EmbeddedKafka.persistent(folder, 0)) {
            assertThat(kafka.isRunning()).isTrue();
        }
    }

    private static void send(EmbeddedKafka kafka, String value) {
        send(kafka, value, "none");
    }

    private static void send(EmbeddedKafka kafka, String value, String compression) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", kafka.bootstrapServers(), "acks", "all", "compression.type", compression),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("events", "key", value));
            producer.flush();
        }
    }

    private static List<String> read(EmbeddedKafka kafka, int wanted) {
        var values = new ArrayList<String>();
        long end = System.nanoTime() + POLL_MAX.toNanos();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("events", 0)));
            while (values.size() < wanted && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
