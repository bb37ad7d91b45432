package dev.mailroom.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to the servers of a JVM that dies by {@code kill -9}. */
class KilledJvmTest {

    private static final Duration WAIT_MAX = Duration.ofSeconds(40);

    private Path folder = Path.of("unset");

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Files.createTempDirectory("killed-jvm-test").toRealPath();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void deleteFolder() throws Exception {
        Folders.deleteIfExists(folder);
    }

    @Test
    void theWatchdogStopsTheServerOfAKilledJvm() throws Exception {
        var victim = Victim.start(folder);

        victim.kill();

        await().atMost(WAIT_MAX)
                .until(() -> ProcessHandle.of(victim.postgresPid()).isEmpty());
        assertThat(folder.resolve("postgres/data/postmaster.pid")).doesNotExist();
    }

    @Test
    void theNextStartStopsAnOrphanAndFindsEveryCommittedRowAndRecord() throws Exception {
        var victim = Victim.start(folder);
        victim.killTheWatchdogToo();
        assertThat(ProcessHandle.of(victim.postgresPid())).isPresent();

        try (var postgres = EmbeddedPostgres.persistent(folder.resolve("postgres"), victim.postgresPort());
                var kafka = EmbeddedKafka.persistent(folder.resolve("kafka"), victim.kafkaPort())) {
            assertThat(postgres.pid()).isNotEqualTo(victim.postgresPid());
            postgres.createDatabase("account", "account", "secret");
            try (var connection = DriverManager.getConnection(postgres.jdbcUrl("account"), "account", "secret");
                    var rows = connection.createStatement().executeQuery("select count(*) from kept")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(100);
            }
            assertThat(readAll(kafka)).hasSize(100);
        }
    }

    private static List<String> readAll(EmbeddedKafka kafka) {
        var values = new ArrayList<String>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("events", 0)));
            await().atMost(WAIT_MAX).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
                return values.size() >= 100;
            });
        }
        return values;
    }

    /** A JVM of its own that runs both servers, writes a hundred rows and records, and waits for its end. */
    record Victim(Process process, long postgresPid, int postgresPort, int kafkaPort) {

        static Victim start(Path folder) throws Exception {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Victim.class.getName(),
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("READY ")) {
                    String[] words = line.split(" ");
                    return new Victim(
                            process, Long.parseLong(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
                }
            }
            throw new AssertionError("the other JVM ended with " + process.waitFor());
        }

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            var postgres = EmbeddedPostgres.persistent(folder.resolve("postgres"), 0);
            var kafka = EmbeddedKafka.persistent(folder.resolve("kafka"), 0);
            postgres.createDatabase("account", "account", "secret");
            try (var connection = DriverManager.getConnection(postgres.jdbcUrl("account"), "account", "secret");
                    var statement = connection.createStatement()) {
                statement.execute("create table kept (id int)");
                for (int i = 0; i < 100; i++) {
                    statement.execute("insert into kept values (" + i + ")");
                }
            }
            kafka.createTopics(Map.of("events", TopicSpec.of(1)));
            try (var producer = new KafkaProducer<>(
                    Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"),
                    new StringSerializer(),
                    new StringSerializer())) {
                for (int i = 0; i < 100; i++) {
                    producer.send(new ProducerRecord<>("events", "key", Integer.toString(i)));
                }
                producer.flush();
            }
            System.out.println("READY " + postgres.pid() + " " + postgres.port() + " " + kafka.port());
            Thread.currentThread().join();
        }

        void kill() {
            process.destroyForcibly();
            process.onExit().join();
        }

        /** The watchdog goes first, so that it cannot do its work. */
        void killTheWatchdogToo() {
            process.descendants()
                    .filter(child -> child.pid() != postgresPid)
                    .filter(child -> child.info().command().orElse("").contains("sh"))
                    .forEach(ProcessHandle::destroyForcibly);
            kill();
        }
    }
}
