package dev.mailroom.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class SharedServersTest {

    @Test
    void givesEveryoneTheSameServers() {
        assertThat(TestPostgres.shared().port()).isEqualTo(TestPostgres.shared().port());
        assertThat(TestKafka.shared().bootstrapServers())
                .isEqualTo(TestKafka.shared().bootstrapServers());
    }

    @Test
    void keepsFreshDatabasesApart() throws Exception {
        var first = TestPostgres.shared().freshDatabase("mine");
        var second = TestPostgres.shared().freshDatabase("mine");

        first.execute("create table only_here (id int)");

        assertThatThrownBy(() -> second.execute("select * from only_here")).hasMessageContaining("does not exist");
    }

    @Test
    void laysOutTheTopicsAsTheSystemNeedsThem() throws Exception {
        var settings =
                Map.<String, Object>of("bootstrap.servers", TestKafka.shared().bootstrapServers());
        try (var admin = Admin.create(settings)) {
            var topics = admin.describeTopics(Topics.ALL).allTopicNames().get(20, TimeUnit.SECONDS);
            assertThat(topics)
                    .hasEntrySatisfying(
                            Topics.ACCOUNT_EVENTS,
                            topic -> assertThat(topic.partitions()).hasSize(Topics.SHARDS));
            assertThat(topics)
                    .hasEntrySatisfying(
                            Topics.MAIL_COMMANDS,
                            topic -> assertThat(topic.partitions()).hasSize(Topics.SHARDS));
            assertThat(topics)
                    .hasEntrySatisfying(
                            Topics.SEND_EVENTS,
                            topic -> assertThat(topic.partitions()).hasSize(8));
        }
    }

    @Test
    void readsRecordsWithTheirHeadersFromTheBeginning() {
        TestKafka.shared().createTopic("log-test", 3);
        send("log-test", "a", "{\"n\":1}");
        try (var log = KafkaLog.of("log-test");
                var later = KafkaLog.fromNow("log-test")) {
            send("log-test", "b", "{\"n\":2}");

            assertThat(log.awaitType("thing.happened.v1").headers()).containsKey("ce_type");
            assertThat(log.awaitAll("records", 2, record -> true))
                    .extracting(LoggedRecord::key)
                    .containsExactlyInAnyOrder("a", "b");
            assertThat(later.await("the second", record -> true).data().get("n").asInt())
                    .isEqualTo(2);
            assertThat(later.during(Duration.ofMillis(300), record -> true)).isEmpty();
        }
    }

    @Test
    void handsTheApplicationItsDatabaseBrokerAndFurtherSettings() {
        var infrastructure = new MailroomInfrastructure();
        infrastructure.init(Map.of("db", "infrastructure", "mailroom.something", "else"));

        var settings = infrastructure.start();

        assertThat(settings)
                .containsEntry("kafka.bootstrap.servers", TestKafka.shared().bootstrapServers())
                .containsEntry("quarkus.datasource.username", "infrastructure")
                .containsEntry("mailroom.something", "else")
                .containsEntry("mp.jwt.verify.issuer", TestTokens.ISSUER)
                .doesNotContainKey("db");
        assertThat(settings.get("quarkus.datasource.jdbc.url")).endsWith("/infrastructure");
        infrastructure.stop();
    }

    private static void send(String topic, String key, String value) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", TestKafka.shared().bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            var record = new ProducerRecord<>(topic, key, value);
            record.headers().add("ce_type", "dev.mailroom.thing.happened.v1".getBytes(StandardCharsets.UTF_8));
            producer.send(record);
        }
    }
}
