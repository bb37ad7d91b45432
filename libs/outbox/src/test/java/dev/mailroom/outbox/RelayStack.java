package dev.mailroom.outbox;

import dev.mailroom.embedded.EmbeddedKafka;
import dev.mailroom.embedded.EmbeddedPostgres;
import dev.mailroom.embedded.TopicSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A database with the tables, a broker, relays on them, and what arrived on Kafka. One server of each for all tests. */
final class RelayStack implements AutoCloseable {
    static final EmbeddedPostgres POSTGRES = EmbeddedPostgres.temporary();
    static final EmbeddedKafka KAFKA = EmbeddedKafka.temporary();
    static final int PARTITIONS = 4;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    final String database = "outbox_" + NUMBER.incrementAndGet();
    final String topic = "test.events." + NUMBER.get();
    final Pool pool;
    private final List<OutboxRelay> relays = new ArrayList<>();

    RelayStack() {
        this(POSTGRES);
    }

    RelayStack(EmbeddedPostgres postgres) {
        try {
            postgres.createDatabase(database, database, "secret");
            try (Connection admin = postgres.connect(database);
                    Statement statement = admin.createStatement()) {
                statement.execute("set role " + database);
                statement.execute(resource("/db/outbox/V0_1__outbox.sql"));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        KAFKA.start();
        createTopic(topic);
        pool = RelayPool.of(postgres.reactiveUrl(database), database);
    }

    void createTopic(String name) {
        KAFKA.createTopics(Map.of(name, TopicSpec.of(PARTITIONS)));
    }

    static RelaySettings quick() {
        return quick(Duration.ofMillis(200), 500, Duration.ofMinutes(1));
    }

    /** What gives the lead away after a second without a word from Kafka. */
    static RelaySettings impatient() {
        return quick(Duration.ofMillis(200), 500, Duration.ofSeconds(1));
    }

    static RelaySettings quick(Duration pollInterval, int batchMaxEvents, Duration publishSilenceMax) {
        RelaySettings defaults = RelaySettings.defaults();
        return new RelaySettings(
                pollInterval,
                batchMaxEvents,
                defaults.batchMaxBytes(),
                Duration.ofSeconds(5),
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                defaults.parkAfterAttempts(),
                Duration.ofMillis(200),
                Duration.ofSeconds(2),
                RelaySettings.LEAD_LEASE_MIN,
                publishSilenceMax);
    }

    static Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", KAFKA.bootstrapServers());
    }

    OutboxRelay relay() {
        return relay(quick(), Failpoint.none());
    }

    OutboxRelay relay(RelaySettings settings, Failpoint failpoint) {
        return relay(kafka(), settings, failpoint);
    }

    OutboxRelay relay(Map<String, Object> kafka, RelaySettings settings, Failpoint failpoint) {
        OutboxRelay relay =
                new OutboxRelay(pool, kafka, settings, new SimpleMeterRegistry(), Clock.systemUTC(), failpoint);
        relays.add(relay);
        relay.start();
        return relay;
    }

    /** A row without an envelope: what the relay does not look at. */
    static final String INSERT = "insert into outbox (event_id, topic, key, headers, payload)"
            + " values ($1, $2, $3, jsonb_build_object('ce_id', $4::text), $5)";

    static Tuple row(String topic, String key, String data) {
        UUID id = UUID.randomUUID();
        return Tuple.newInstance(io.vertx.sqlclient.Tuple.of(
                id, topic, key, id.toString(), Buffer.buffer(data.getBytes(StandardCharsets.UTF_8))));
    }

    void insert(String key, String data) {
        pool.preparedQuery(INSERT).execute(row(topic, key, data)).await().atMost(Duration.ofSeconds(10));
    }

    /** One transaction for all of it. */
    void insertAll(List<Tuple> rows) {
        pool.withTransaction(connection -> connection.preparedQuery(INSERT).executeBatch(rows))
                .await()
                .atMost(Duration.ofSeconds(30));
    }

    long count(String table) {
        return pool.query("select count(*) from " + table)
                .execute()
                .await()
                .atMost(Duration.ofSeconds(10))
                .iterator()
                .next()
                .getLong(0);
    }

    /** @return the backend that holds the lock of the leader, 0 if none does */
    long leader() {
        var rows = pool.query(
                        "select pid from pg_locks where locktype = 'advisory' and granted and objid = 1 and classid = "
                                + RelayConnection.LOCK_SPACE
                                + " and database = (select oid from pg_database where datname = current_database())")
                .execute()
                .await()
                .atMost(Duration.ofSeconds(10))
                .iterator();
        return rows.hasNext() ? rows.next().getInteger(0) : 0;
    }

    /** Ends the backend that holds the lock. @return whether there was one */
    boolean killLeader() {
        return pool.query("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database ="
                                + " (select oid from pg_database where datname = current_database())")
                        .execute()
                        .await()
                        .atMost(Duration.ofSeconds(10))
                        .rowCount()
                > 0;
    }

    /** Reads a topic until it has so many records and nothing more comes for a moment. */
    static List<ConsumerRecord<String, byte[]>> read(String topic, int atLeast) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        KAFKA.bootstrapServers(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = java.util.stream.IntStream.range(0, PARTITIONS)
                    .mapToObj(number -> new TopicPartition(topic, number))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
            while (System.nanoTime() < deadline) {
                int before = records.size();
                consumer.poll(Duration.ofMillis(300)).forEach(records::add);
                if (records.size() >= atLeast && records.size() == before) {
                    break;
                }
            }
        }
        return records;
    }

    List<ConsumerRecord<String, byte[]>> read(int atLeast) {
        return read(topic, atLeast);
    }

    static String text(ConsumerRecord<String, byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    /** The first occurrence of each value, in order, of one key. */
    static List<String> firstsOf(String key, List<ConsumerRecord<String, byte[]>> records) {
        return records.stream()
                .filter(record -> key.equals(record.key()))
                .map(RelayStack::text)
                .distinct()
                .toList();
    }

    private static String resource(String path) {
        try (InputStream in = Objects.requireNonNull(RelayStack.class.getResourceAsStream(path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        relays.forEach(OutboxRelay::close);
        pool.closeAndAwait();
    }
}
