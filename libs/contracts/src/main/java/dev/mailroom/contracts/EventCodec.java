package dev.mailroom.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Kafka records from events and back: CloudEvents 1.0 Kafka binding, binary mode. Thread safe. */
public final class EventCodec {
    public static final String HEADER_SPEC_VERSION = "ce_specversion";
    public static final String HEADER_ID = "ce_id";
    public static final String HEADER_TYPE = "ce_type";
    public static final String HEADER_SOURCE = "ce_source";
    public static final String HEADER_SUBJECT = "ce_subject";
    public static final String HEADER_TIME = "ce_time";
    public static final String HEADER_PARTITION_KEY = "ce_partitionkey";
    /** Extension attribute: the tenant, so that a consumer can route or drop without reading the data. */
    public static final String HEADER_ORGANIZATION = "ce_organization";

    public static final String HEADER_CONTENT_TYPE = "content-type";

    /** Bytes of JSON data that a record may have; below Kafka's default of 1 MiB for a whole record. */
    public static final int DATA_MAX_BYTES = 900 * 1024;

    private static final int NESTING_MAX_LEVELS = 32;

    /** Kept buffers. Jackson's default keeps some for every thread that ever wrote an event: 32 KiB for each waiting session. */
    private static final int BUFFERS_MAX = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX_LEVELS)
                            .maxStringLength(DATA_MAX_BYTES)
                            .build())
                    .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS_MAX))
                    .build())
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            // A newer writer may have added fields: they are for those who know them.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private EventCodec() {}

    /** The headers of an event, in the order they are written. */
    public static Map<String, String> headers(CloudEvent<?> event) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(HEADER_SPEC_VERSION, "1.0");
        headers.put(HEADER_ID, event.id().toString());
        headers.put(HEADER_TYPE, event.type());
        headers.put(HEADER_SOURCE, event.source());
        headers.put(HEADER_SUBJECT, event.data().subject().toString());
        headers.put(HEADER_TIME, event.time().toString());
        headers.put(HEADER_PARTITION_KEY, event.partitionKey());
        headers.put(HEADER_ORGANIZATION, event.data().organization().toString());
        headers.put(HEADER_CONTENT_TYPE, "application/json");
        return headers;
    }

    /**
     * The JSON data of an event.
     *
     * @throws IllegalArgumentException if it is larger than {@link #DATA_MAX_BYTES}
     */
    public static byte[] data(CloudEvent<?> event) {
        try {
            byte[] json = MAPPER.writeValueAsBytes(event.data());
            if (json.length > DATA_MAX_BYTES) {
                throw new IllegalArgumentException(
                        event.type() + " is " + json.length + " bytes, at most " + DATA_MAX_BYTES + " fit a record");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(event.type() + " cannot be written as JSON", e);
        }
    }

    /**
     * Reads a record of one topic.
     *
     * @param expected the sealed interface of the topic
     * @param header looks up a header by name, null where the record has none
     * @return the event, or null for a type that this version does not know: a newer writer's, to be passed over
     * @throws MalformedEventException if a header or the data is not what the topic promises
     */
    public static <T extends MailroomEvent> @Nullable CloudEvent<T> read(
            Class<T> expected, Function<String, byte @Nullable []> header, byte @Nullable [] data) {
        String type = text(header, HEADER_TYPE);
        Class<? extends MailroomEvent> record = EventCatalogue.recordOf(type);
        if (record == null) {
            if (type.startsWith("dev.mailroom.")) {
                return null;
            }
            throw new MalformedEventException("header " + HEADER_TYPE + " is not a type of Mailroom");
        }
        if (!expected.isAssignableFrom(record)) {
            throw new MalformedEventException("type " + type + " does not belong to this topic");
        }
        UUID id = uuid(HEADER_ID, text(header, HEADER_ID));
        Instant time = time(text(header, HEADER_TIME));
        T event = expected.cast(parse(record, type, data));
        UUID organization = uuid(HEADER_ORGANIZATION, text(header, HEADER_ORGANIZATION));
        if (!organization.equals(event.organization())) {
            throw new MalformedEventException("header " + HEADER_ORGANIZATION + " and the data name two organizations");
        }
        return new CloudEvent<>(id, text(header, HEADER_SOURCE), time, event);
    }

    private static MailroomEvent parse(Class<? extends MailroomEvent> record, String type, byte @Nullable [] data) {
        if (data == null || data.length == 0) {
            throw new MalformedEventException(type + " has no data");
        }
        if (data.length > DATA_MAX_BYTES) {
            throw new MalformedEventException(type + " has " + data.length + " bytes, at most " + DATA_MAX_BYTES);
        }
        try {
            MailroomEvent event = MAPPER.readValue(data, record);
            if (event == null) {
                throw new MalformedEventException(type + " has null for data");
            }
            return event;
        } catch (JsonMappingException e) {
            // The path names the field. The message of the parser may quote the content, so it stays out.
            throw new MalformedEventException(type + " has an unreadable field at " + pointer(e) + reason(e));
        } catch (IOException e) {
            throw new MalformedEventException(type + " is not JSON");
        }
    }

    private static String pointer(JsonMappingException e) {
        StringBuilder pointer = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            pointer.append('/').append(step.getFieldName() == null ? step.getIndex() : step.getFieldName());
        }
        return pointer.isEmpty() ? "/" : pointer.toString();
    }

    private static String reason(JsonMappingException e) {
        // Only the words of our own constructors are free of content.
        return e.getCause() instanceof IllegalArgumentException ours
                        && ours.getMessage() != null
                        && ours.getMessage().startsWith("field \"")
                ? ": " + ours.getMessage()
                : "";
    }

    private static String text(Function<String, byte @Nullable []> header, String name) {
        byte[] value = header.apply(name);
        if (value == null || value.length == 0) {
            throw new MalformedEventException("header " + name + " is missing");
        }
        return new String(value, StandardCharsets.UTF_8);
    }

    private static UUID uuid(String name, String value) {
        try {
            return UUID.fromString(value);
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException("header " + name + " is not a UUID");
        }
    }

    private static Instant time(String value) {
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw new MalformedEventException("header " + HEADER_TIME + " is not an RFC 3339 time in UTC");
        }
    }
}
