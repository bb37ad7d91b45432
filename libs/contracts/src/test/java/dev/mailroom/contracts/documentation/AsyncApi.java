package dev.mailroom.contracts.documentation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.contracts.EventCatalogue;
import dev.mailroom.contracts.EventCodec;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.contracts.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/** The AsyncAPI 3.0 description of all topics. */
final class AsyncApi {
    private static final String KAFKA_BINDING_VERSION = "0.5.0";
    private static final Map<String, Object> UUID_SCHEMA = ordered("type", "string", "format", "uuid");

    private final EventSchemas schemas;
    private final SourceComments comments;
    private final Function<Class<?>, JsonNode> example;

    AsyncApi(EventSchemas schemas, SourceComments comments, Function<Class<?>, JsonNode> example) {
        this.schemas = schemas;
        this.comments = comments;
        this.example = example;
    }

    Map<String, Object> document() {
        SequencedMap<String, Object> channels = new LinkedHashMap<>();
        SequencedMap<String, Object> operations = new LinkedHashMap<>();
        SequencedMap<String, Object> messages = new LinkedHashMap<>();
        for (String topic : Topics.ALL) {
            String channel = channelOf(topic);
            channels.put(channel, channel(topic));
            operations.put(
                    "read" + Character.toUpperCase(channel.charAt(0)) + channel.substring(1),
                    ordered("action", "receive", "channel", Map.of("$ref", "#/channels/" + channel)));
        }
        for (Class<? extends MailroomEvent> record : EventCatalogue.records()) {
            messages.put(EventSchemas.nameOf(record), message(record));
        }
        SequencedMap<String, Object> components = new LinkedHashMap<>();
        components.put("messages", messages);
        SequencedMap<String, Object> all = new LinkedHashMap<>();
        all.put("CloudEventHeaders", headers());
        all.putAll(schemas.all());
        components.put("schemas", all);
        return ordered(
                "asyncapi",
                "3.0.0",
                "info",
                info(),
                "defaultContentType",
                "application/json",
                "channels",
                channels,
                "operations",
                operations,
                "components",
                components);
    }

    private static Map<String, Object> info() {
        return ordered(
                "title",
                "Mailroom events",
                "version",
                "1",
                "description",
                "What the services of Mailroom say to each other on Kafka: CloudEvents 1.0 in binary mode."
                        + " Fields are only added, and what is not required may be absent; a reader passes over types"
                        + " and fields that it does not know. Records that a reader could not take are in the topic"
                        + " of the same name with `" + Topics.DEAD_LETTER_SUFFIX + "` behind it.",
                "license",
                Map.of("name", "Apache-2.0"));
    }

    private Map<String, Object> channel(String topic) {
        SequencedMap<String, Object> messages = new LinkedHashMap<>();
        for (Class<? extends MailroomEvent> record : recordsOf(topic)) {
            String name = EventSchemas.nameOf(record);
            messages.put(name, Map.of("$ref", "#/components/messages/" + name));
        }
        SequencedMap<String, Object> kafka = new LinkedHashMap<>();
        kafka.put("topic", topic);
        if (Topics.isSharded(topic)) {
            kafka.put("partitions", Topics.SHARDS);
        }
        kafka.put(
                "topicConfiguration",
                Map.of("cleanup.policy", List.of(Topics.isCompacted(topic) ? "compact" : "delete")));
        kafka.put("bindingVersion", KAFKA_BINDING_VERSION);
        return ordered(
                "address",
                topic,
                "description",
                comments.of(interfaceOf(topic)),
                "messages",
                messages,
                "bindings",
                Map.of("kafka", kafka));
    }

    private Map<String, Object> message(Class<? extends MailroomEvent> record) {
        String type = EventCatalogue.typeOf(record);
        SequencedMap<String, Object> message = new LinkedHashMap<>();
        message.put("name", type);
        message.put("title", EventCatalogue.shortName(type));
        if (!comments.of(record).isEmpty()) {
            message.put("description", comments.of(record));
        }
        message.put("contentType", "application/json");
        message.put(
                "headers",
                Map.of(
                        "allOf",
                        List.of(
                                Map.of("$ref", "#/components/schemas/CloudEventHeaders"),
                                ordered(
                                        "type",
                                        "object",
                                        "properties",
                                        Map.of(EventCodec.HEADER_TYPE, Map.of("const", type))))));
        message.put("payload", EventSchemas.reference(record));
        message.put(
                "bindings",
                Map.of("kafka", ordered("key", Map.of("type", "string"), "bindingVersion", KAFKA_BINDING_VERSION)));
        message.put(
                "examples", List.of(ordered("name", EventSchemas.nameOf(record), "payload", example.apply(record))));
        return message;
    }

    private static Map<String, Object> headers() {
        Map<String, Object> text = Map.of("type", "string");
        SequencedMap<String, Object> properties = new LinkedHashMap<>();
        properties.put(EventCodec.HEADER_SPEC_VERSION, ordered("type", "string", "const", "1.0"));
        properties.put(
                EventCodec.HEADER_ID,
                described("The same for the same fact: what was seen before is dropped", UUID_SCHEMA));
        properties.put(EventCodec.HEADER_TYPE, text);
        properties.put(
                EventCodec.HEADER_SOURCE, described("The service that says it, for example `/sync-service`", text));
        properties.put(EventCodec.HEADER_SUBJECT, described("What it is about", UUID_SCHEMA));
        properties.put(EventCodec.HEADER_TIME, ordered("type", "string", "format", "date-time"));
        properties.put(EventCodec.HEADER_PARTITION_KEY, described("The key of the record", text));
        properties.put(EventCodec.HEADER_ORGANIZATION, described("The tenant, as in the data", UUID_SCHEMA));
        properties.put(EventCodec.HEADER_CONTENT_TYPE, ordered("type", "string", "const", "application/json"));
        return ordered(
                "description",
                "Kafka headers, each as UTF-8 text",
                "type",
                "object",
                "required",
                List.copyOf(properties.keySet()),
                "properties",
                properties);
    }

    private static Map<String, Object> described(String description, Map<String, Object> schema) {
        SequencedMap<String, Object> described = new LinkedHashMap<>();
        described.put("description", description);
        described.putAll(schema);
        return described;
    }

    /** {@code mailEvents} for {@code mailroom.mail.events}. */
    static String channelOf(String topic) {
        String[] words = topic.split("\\.", -1);
        return words[1] + Character.toUpperCase(words[2].charAt(0)) + words[2].substring(1);
    }

    static List<Class<? extends MailroomEvent>> recordsOf(String topic) {
        return EventCatalogue.records().stream()
                .filter(record -> EventCatalogue.topicOf(record).equals(topic))
                .toList();
    }

    /** The sealed interface of a topic. */
    static Class<?> interfaceOf(String topic) {
        Class<?> record = recordsOf(topic).getFirst();
        for (Class<?> candidate : MailroomEvent.class.getPermittedSubclasses()) {
            if (candidate.isAssignableFrom(record)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no interface for " + topic);
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        SequencedMap<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
