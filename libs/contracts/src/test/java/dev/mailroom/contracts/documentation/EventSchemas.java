package dev.mailroom.contracts.documentation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.mailroom.contracts.EventCatalogue;
import dev.mailroom.contracts.MailroomEvent;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** JSON Schemas (draft 7) of the data of all events, and of the types they share. */
final class EventSchemas {
    private static final String REFERENCE = "#/components/schemas/";
    private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE_CASE =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private final SourceComments comments;
    private final Map<String, Class<?>> types = new TreeMap<>();
    private final SequencedMap<String, Map<String, Object>> schemas = new LinkedHashMap<>();

    EventSchemas(SourceComments comments) {
        this.comments = comments;
        EventCatalogue.records().forEach(this::schemaOf);
    }

    /**
     * A field of a record as it is on the wire.
     *
     * @param type as a person reads it
     */
    record Field(String name, String type, boolean required, String description) {}

    /** All schemas by their names. */
    Map<String, Map<String, Object>> all() {
        return new TreeMap<>(schemas);
    }

    /** The types that events are made of, by their names. */
    Map<String, Class<?>> parts() {
        Map<String, Class<?>> parts = new TreeMap<>(types);
        parts.values().removeIf(MailroomEvent.class::isAssignableFrom);
        return parts;
    }

    static Map<String, Object> reference(Class<?> type) {
        return Map.of("$ref", REFERENCE + nameOf(type));
    }

    /** {@code MessageReceived} or {@code AccountStateServer}: the outer type where the inner one alone says too little. */
    static String nameOf(Class<?> type) {
        if (MailroomEvent.class.isAssignableFrom(type)) {
            StringBuilder name = new StringBuilder();
            for (String word :
                    EventCatalogue.shortName(EventCatalogue.typeOf(type)).split("[._]", -1)) {
                name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
            return name.toString();
        }
        Class<?> outer = type.getEnclosingClass();
        return outer == null ? type.getSimpleName() : nameOfOuter(outer) + type.getSimpleName();
    }

    private static String nameOfOuter(Class<?> outer) {
        return MailroomEvent.class.isAssignableFrom(outer) && outer.isInterface()
                ? outer.getSimpleName()
                : nameOf(outer);
    }

    List<Field> fields(Class<?> record) {
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            fields.add(new Field(
                    wireName(component),
                    typeText(component.getGenericType()),
                    isRequired(component),
                    comments.of(record, component.getName())));
        }
        return fields;
    }

    /** The values of an enumeration on the wire. */
    static List<String> values(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> {
                    try {
                        return type.getField(((Enum<?>) constant).name())
                                .getAnnotation(JsonProperty.class)
                                .value();
                    } catch (NoSuchFieldException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }

    private void schemaOf(Class<?> type) {
        String name = nameOf(type);
        Class<?> known = types.putIfAbsent(name, type);
        if (known != null) {
            if (known != type) {
                throw new IllegalStateException("two types are called " + name);
            }
            return;
        }
        SequencedMap<String, Object> schema = new LinkedHashMap<>();
        schemas.put(name, schema);
        if (!comments.of(type).isEmpty()) {
            schema.put("description", comments.of(type));
        }
        if (type.isEnum()) {
            schema.put("type", "string");
            schema.put("enum", values(type));
            return;
        }
        schema.put("type", "object");
        schema.put(
                "required",
                Arrays.stream(type.getRecordComponents())
                        .filter(EventSchemas::isRequired)
                        .map(EventSchemas::wireName)
                        .toList());
        SequencedMap<String, Object> properties = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            properties.put(wireName(component), property(type, component));
        }
        schema.put("properties", properties);
    }

    private Map<String, Object> property(Class<?> record, RecordComponent component) {
        Map<String, Object> schema = valueSchema(component.getGenericType());
        String description = comments.of(record, component.getName());
        if (description.isEmpty()) {
            return schema;
        }
        SequencedMap<String, Object> described = new LinkedHashMap<>();
        described.put("description", description);
        // In draft 7 nothing beside a reference counts.
        if (schema.containsKey("$ref")) {
            described.put("allOf", List.of(schema));
        } else {
            described.putAll(schema);
        }
        return described;
    }

    private Map<String, Object> valueSchema(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            SequencedMap<String, Object> schema = new LinkedHashMap<>();
            schema.put("type", "array");
            schema.put("items", valueSchema(list.getActualTypeArguments()[0]));
            return schema;
        }
        Class<?> simple = (Class<?>) type;
        if (simple.isRecord() || simple.isEnum()) {
            schemaOf(simple);
            return reference(simple);
        }
        String[] names = simpleType(simple);
        SequencedMap<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", names[0]);
        if (names.length > 1) {
            schema.put("format", names[1]);
        }
        return schema;
    }

    private static String[] simpleType(Class<?> type) {
        if (type == String.class) {
            return new String[] {"string"};
        }
        if (type == UUID.class) {
            return new String[] {"string", "uuid"};
        }
        if (type == Instant.class) {
            return new String[] {"string", "date-time"};
        }
        if (type == boolean.class || type == Boolean.class) {
            return new String[] {"boolean"};
        }
        if (type == int.class || type == Integer.class) {
            return new String[] {"integer", "int32"};
        }
        if (type == long.class || type == Long.class) {
            return new String[] {"integer", "int64"};
        }
        if (type == double.class || type == Double.class) {
            return new String[] {"number", "double"};
        }
        throw new IllegalStateException("no JSON type for " + type);
    }

    private static String typeText(Type type) {
        if (type instanceof ParameterizedType list) {
            return "list of " + typeText(list.getActualTypeArguments()[0]);
        }
        Class<?> simple = (Class<?>) type;
        if (simple.isRecord() || simple.isEnum()) {
            String name = nameOf(simple);
            return "[" + name + "](#" + name.toLowerCase(java.util.Locale.ROOT) + ")";
        }
        String[] names = simpleType(simple);
        return names.length > 1 ? names[1] : names[0];
    }

    private static String wireName(RecordComponent component) {
        return SNAKE_CASE.translate(component.getName());
    }

    private static boolean isRequired(RecordComponent component) {
        AnnotatedType type = component.getAnnotatedType();
        return !type.isAnnotationPresent(Nullable.class);
    }
}
