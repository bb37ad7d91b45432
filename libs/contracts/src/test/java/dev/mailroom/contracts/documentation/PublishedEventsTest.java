package dev.mailroom.contracts.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.mailroom.contracts.EventCatalogue;
import dev.mailroom.contracts.MailroomEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The committed descriptions say what the records say. {@code -Ddocs.write=true} writes them. */
class PublishedEventsTest {
    private static final Path DOCS = Path.of("../../docs");
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();
    private static final SourceComments COMMENTS = SourceComments.of(Path.of("src/main/java/dev/mailroom/contracts"));
    private static final EventSchemas SCHEMAS = new EventSchemas(COMMENTS);

    static Stream<Class<? extends MailroomEvent>> records() {
        return EventCatalogue.records().stream();
    }

    @Test
    void describesTheEventsForMachines() throws IOException {
        Map<String, Object> document = new AsyncApi(SCHEMAS, COMMENTS, PublishedEventsTest::example).document();

        requireCommitted("asyncapi.yaml", YAML.writeValueAsString(document));
    }

    @Test
    void describesTheEventsForPeople() throws IOException {
        requireCommitted("events.md", new EventsPage(SCHEMAS, COMMENTS, PublishedEventsTest::example).text());
    }

    @ParameterizedTest
    @MethodSource("records")
    void acceptsThePublishedExample(Class<? extends MailroomEvent> record) {
        assertThat(schema(record).validate(example(record))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("records")
    void refusesDataThatMissesAFieldOrHasOneOfAnotherType(Class<? extends MailroomEvent> record) {
        JsonSchema schema = schema(record);
        for (JsonNode broken : broken(example(record), record)) {
            assertThat(schema.validate(broken)).as(broken.toString()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void acceptsFieldsThatItDoesNotKnow(Class<? extends MailroomEvent> record) {
        ObjectNode newer = example(record).deepCopy();
        newer.put("added_by_a_newer_writer", 1);

        assertThat(schema(record).validate(newer)).isEmpty();
    }

    @Test
    void hasWordsForEveryTopic() {
        for (Class<?> topicInterface : MailroomEvent.class.getPermittedSubclasses()) {
            assertThat(COMMENTS.of(topicInterface))
                    .as(topicInterface.getSimpleName())
                    .contains("Topic", "key");
        }
    }

    /** The example without each of its required fields, and with a type that no field has in place of each field. */
    private static List<JsonNode> broken(ObjectNode example, Class<?> record) {
        List<JsonNode> broken = new ArrayList<>();
        for (EventSchemas.Field field : SCHEMAS.fields(record)) {
            if (field.required()) {
                ObjectNode without = example.deepCopy();
                without.remove(field.name());
                broken.add(without);
            }
            ObjectNode retyped = example.deepCopy();
            ArrayNode nonsense = retyped.putArray(field.name());
            nonsense.addArray().addArray();
            broken.add(retyped);
        }
        return broken;
    }

    private static JsonSchema schema(Class<? extends MailroomEvent> record) {
        ObjectNode root = JSON.createObjectNode();
        root.put("$ref", "#/components/schemas/" + EventSchemas.nameOf(record));
        root.putObject("components").set("schemas", JSON.valueToTree(SCHEMAS.all()));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                .getSchema(
                        root,
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build());
    }

    private static ObjectNode example(Class<?> record) {
        try {
            String name = EventCatalogue.shortName(EventCatalogue.typeOf(record)) + ".json";
            return (ObjectNode) JSON.readTree(Files.readAllBytes(GOLDEN.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireCommitted(String name, String current) throws IOException {
        Path file = DOCS.resolve(name);
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(file, current);
        }
        assertThat(file).as("write it with -Ddocs.write=true and commit it").exists();
        assertThat(Files.readString(file))
                .as("docs/" + name + " is not what the records say: write it with -Ddocs.write=true and commit it")
                .isEqualTo(current);
    }
}
