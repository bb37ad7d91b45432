package dev.mailroom.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record as it lies on Kafka.
 *
 * @param key null where the producer gave none
 * @param headers as text; of a repeated header the last
 * @param value the bytes; null for a tombstone
 */
public record LoggedRecord(
        String topic,
        int partition,
        long offset,
        @Nullable String key,
        Map<String, String> headers,
        byte @Nullable [] value) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static LoggedRecord of(ConsumerRecord<String, byte[]> record) {
        var headers = new LinkedHashMap<String, String>();
        record.headers().forEach(header -> {
            byte[] bytes = header.value();
            headers.put(header.key(), bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8));
        });
        return new LoggedRecord(
                record.topic(), record.partition(), record.offset(), record.key(), headers, record.value());
    }

    /** The event's type, or an empty text. */
    public String type() {
        return headers.getOrDefault("ce_type", "");
    }

    /** The event's id, or an empty text. */
    public String id() {
        return headers.getOrDefault("ce_id", "");
    }

    /**
     * The value as JSON; a missing node for a tombstone.
     *
     * @throws IllegalStateException if it is not JSON
     */
    public JsonNode data() {
        if (value == null) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new IllegalStateException("not JSON at " + topic + "-" + partition + "@" + offset, e);
        }
    }
}
