package dev.mailroom.sync.intake;

import dev.mailroom.contracts.Topics;
import dev.mailroom.sync.database.Database;
import dev.mailroom.sync.database.Json;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Sends records that cannot be taken to {@code <topic>.dlq}, with the reason in the header {@code dead-letter-reason}.
 *
 * <p>They go through the outbox like everything else that this service says: the record is acknowledged only when the row is committed.
 */
@Singleton
class DeadLetters {
    private static final int HEADER_MAX_BYTES = 1_000;
    private static final int REASON_MAX_CHARS = 300;

    private final Database database;
    private final MeterRegistry metrics;

    @Inject
    DeadLetters(Database database, MeterRegistry metrics) {
        this.database = database;
        this.metrics = metrics;
    }

    void keep(ConsumerRecord<String, byte[]> record, Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            byte[] value = header.value();
            if (value != null && value.length <= HEADER_MAX_BYTES) {
                headers.put(header.key(), new String(value, StandardCharsets.UTF_8).replace("\0", ""));
            }
        }
        headers.put("dead-letter-reason", reason.substring(0, Math.min(reason.length(), REASON_MAX_CHARS)));
        headers.put("dead-letter-topic", record.topic());
        headers.put("dead-letter-partition", Integer.toString(record.partition()));
        headers.put("dead-letter-offset", Long.toString(record.offset()));
        UUID id = UUID.nameUUIDFromBytes(
                (record.topic() + "/" + record.partition() + "/" + record.offset()).getBytes(StandardCharsets.UTF_8));
        byte[] value = record.value();
        database.execute(
                "insert into outbox (event_id, topic, key, headers, payload) values ($1, $2, $3, cast($4::text as jsonb), $5)",
                id,
                Topics.deadLettersOf(record.topic()),
                record.key() == null ? "" : record.key().replace("\0", ""),
                Json.write(headers),
                Buffer.buffer(value == null ? new byte[0] : value));
        metrics.counter("mailroom_dead_letters_total", "topic", record.topic()).increment();
    }
}
