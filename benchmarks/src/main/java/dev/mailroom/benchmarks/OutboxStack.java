package dev.mailroom.benchmarks;

import dev.mailroom.contracts.Topics;
import dev.mailroom.embedded.EmbeddedKafka;
import dev.mailroom.embedded.EmbeddedPostgres;
import dev.mailroom.embedded.TopicSpec;
import dev.mailroom.outbox.OutboxRelay;
import dev.mailroom.outbox.RelaySettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A durable PostgreSQL with the tables of the outbox, and a broker with the topic of the events. Thrown away at the end. */
final class OutboxStack implements AutoCloseable {
    static final String TOPIC = Topics.MAIL_EVENTS;
    private static final int PARTITIONS = 8;
    private static final int POOL_MAX = 16;
    private static final String DATABASE = "bench";
    private static final Duration QUERY_MAX = Duration.ofSeconds(30);

    private final Path folder;
    private final EmbeddedPostgres postgres;
    private final EmbeddedKafka kafka;
    private final Vertx vertx = Vertx.vertx();
    final Pool pool;

    OutboxStack() throws IOException, SQLException {
        folder = Files.createTempDirectory("mailroom-bench");
        // PostgreSQL does not run as root: started by root it runs as another user, who must be able to enter.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        postgres = EmbeddedPostgres.persistent(folder.resolve("postgres"), 0);
        kafka = EmbeddedKafka.persistent(folder.resolve("kafka"), 0);
        kafka.createTopics(Map.of(TOPIC, TopicSpec.of(PARTITIONS)));
        postgres.createDatabase(DATABASE, DATABASE, DATABASE);
        try (Connection connection = postgres.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("set role " + DATABASE);
            statement.execute(schema());
        }
        PgConnectOptions options = PgConnectOptions.fromUri(postgres.reactiveUrl(DATABASE))
                .setUser(DATABASE)
                .setPassword(DATABASE)
                .setCachePreparedStatements(true);
        pool = Pool.newInstance(PgBuilder.pool()
                .connectingTo(options)
                .with(new PoolOptions().setMaxSize(POOL_MAX))
                .using(vertx.getDelegate())
                .build());
    }

    private static String schema() throws IOException {
        try (InputStream sql =
                Objects.requireNonNull(OutboxStack.class.getResourceAsStream("/db/outbox/V0_1__outbox.sql"))) {
            return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }

    /** The relay as a service runs it, with its defaults. */
    OutboxRelay relay() {
        return new OutboxRelay(pool, kafka(), RelaySettings.defaults(), new SimpleMeterRegistry(), Clock.systemUTC());
    }

    void awaitEmpty() throws InterruptedException {
        while (pool.query("select count(*) > 0 from (select id from outbox order by id limit 1) as oldest")
                .execute()
                .await()
                .atMost(QUERY_MAX)
                .iterator()
                .next()
                .getBoolean(0)) {
            Thread.sleep(10);
        }
    }

    KafkaConsumer<String, byte[]> consumerAtTheEnd() {
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka(), new StringDeserializer(), new ByteArrayDeserializer());
        consumer.assign(partitions());
        consumer.seekToEnd(partitions());
        partitions().forEach(consumer::position);
        return consumer;
    }

    long recordsOnKafka() {
        try (KafkaConsumer<String, byte[]> consumer = consumerAtTheEnd()) {
            return consumer.endOffsets(partitions()).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private static List<TopicPartition> partitions() {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(number -> new TopicPartition(TOPIC, number))
                .toList();
    }

    @Override
    public void close() throws IOException {
        pool.closeAndAwait();
        vertx.closeAndAwait();
        kafka.close();
        postgres.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
