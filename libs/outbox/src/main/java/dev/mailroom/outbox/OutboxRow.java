package dev.mailroom.outbox;

import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * An event that is not yet on Kafka.
 *
 * @param attempts how often Kafka has refused it for a reason of its own
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; copying the bytes of every event would cost for nothing.
record OutboxRow(
        long id, String topic, String key, JsonObject headers, byte[] payload, int attempts, Instant createdAt) {

    static OutboxRow of(Row row) {
        return new OutboxRow(
                row.getLong(0),
                row.getString(1),
                row.getString(2),
                row.getJsonObject(3),
                row.getBuffer(4).getBytes(),
                row.getInteger(5),
                row.getOffsetDateTime(6).toInstant());
    }

    /** CloudEvents binary mode: the attributes are headers, the data is the value. */
    ProducerRecord<String, byte[]> toRecord() {
        RecordHeaders recordHeaders = new RecordHeaders();
        headers.forEach(header -> recordHeaders.add(new RecordHeader(
                header.getKey(), String.valueOf(header.getValue()).getBytes(StandardCharsets.UTF_8))));
        return new ProducerRecord<>(topic, null, key, payload, recordHeaders);
    }
}
