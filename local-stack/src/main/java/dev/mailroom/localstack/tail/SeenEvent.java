package dev.mailroom.localstack.tail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of one of Mailroom's topics.
 *
 * @param key null where there is none
 * @param headers as text
 * @param data its JSON; a JSON text where the value is not JSON; JSON null for a tombstone
 * @param recordedAt when the broker or the producer stamped it
 */
public record SeenEvent(
        String topic,
        int partition,
        long offset,
        @Nullable String key,
        Map<String, String> headers,
        JsonNode data,
        Instant recordedAt) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE_PREFIX = "dev.mailroom.";
    private static final String TYPE_SUFFIX = ".v1";

    static SeenEvent of(ConsumerRecord<String, byte[]> record) {
        var headers = new LinkedHashMap<String, String>();
        record.headers().forEach(header -> {
            byte[] value = header.value();
            headers.put(header.key(), value == null ? "" : new String(value, StandardCharsets.UTF_8));
        });
        return new SeenEvent(
                record.topic(),
                record.partition(),
                record.offset(),
                record.key(),
                headers,
                json(record.value()),
                Instant.ofEpochMilli(record.timestamp()));
    }

    private static JsonNode json(byte @Nullable [] value) {
        if (value == null) {
            return NullNode.getInstance();
        }
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            return JSON.getNodeFactory().textNode(new String(value, StandardCharsets.UTF_8));
        }
    }

    /** The short name of the event's type, for example {@code message.received}; empty for a record that has none. */
    public String type() {
        String type = headers.getOrDefault("ce_type", "");
        String name = type.startsWith(TYPE_PREFIX) ? type.substring(TYPE_PREFIX.length()) : type;
        return name.endsWith(TYPE_SUFFIX) ? name.substring(0, name.length() - TYPE_SUFFIX.length()) : name;
    }

    /** When it happened, by its own word; by the record's where it does not say. */
    public Instant time() {
        try {
            return Instant.parse(headers.getOrDefault("ce_time", ""));
        } catch (DateTimeParseException e) {
            return recordedAt;
        }
    }

    /** The account it is about, or an empty text. */
    public String account() {
        String direct = data.path("account").asText("");
        return direct.isEmpty() ? data.path("state").path("account").asText("") : direct;
    }

    /** One line of JSON: topic, partition, offset, key, headers, data. */
    public String toJson() {
        ObjectNode line = JSON.createObjectNode();
        line.put("topic", topic)
                .put("partition", partition)
                .put("offset", offset)
                .put("key", key);
        headers.forEach(line.putObject("headers")::put);
        line.set("data", data);
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event could not be written as JSON", e);
        }
    }
}
