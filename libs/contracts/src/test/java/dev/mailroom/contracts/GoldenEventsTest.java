package dev.mailroom.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The wire format, pinned. A golden file holds one full example of each record as it was first published: whoever removes or
 * retypes a field, or adds one that must be there, cannot read or repeat it any more. {@code -Dgolden.write=true} writes the files of
 * new records and adds new fields to old ones; it never takes one away.
 */
class GoldenEventsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path FOLDER = Path.of("src/test/resources/golden");

    static Stream<Class<? extends MailroomEvent>> records() {
        return EventCatalogue.records().stream();
    }

    @ParameterizedTest
    @MethodSource("records")
    void readsThePublishedExampleAndWritesItBackUnchanged(Class<? extends MailroomEvent> record) throws IOException {
        writeIfAsked(record);
        JsonNode published = JSON.readTree(published(record));

        CloudEvent<MailroomEvent> read = EventCodec.read(
                MailroomEvent.class, headers(record)::get, published.toString().getBytes(StandardCharsets.UTF_8));

        assertThat(JSON.readTree(EventCodec.data(Objects.requireNonNull(read)))).isEqualTo(published);
    }

    @ParameterizedTest
    @MethodSource("records")
    void hasEveryFieldInThePublishedExample(Class<? extends MailroomEvent> record) throws IOException {
        writeIfAsked(record);

        assertThat(JSON.readTree(EventCodec.data(sample(record)))).isEqualTo(JSON.readTree(published(record)));
    }

    private static CloudEvent<MailroomEvent> sample(Class<? extends MailroomEvent> record) {
        return new CloudEvent<>(EventIds.of("sample", "event"), "/sample", Samples.TIME, Samples.of(record));
    }

    private static Map<String, byte[]> headers(Class<? extends MailroomEvent> record) {
        Map<String, byte[]> headers = new java.util.HashMap<>();
        EventCodec.headers(sample(record))
                .forEach((name, value) -> headers.put(name, value.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    private static byte[] published(Class<? extends MailroomEvent> record) throws IOException {
        String name = "/golden/" + fileName(record);
        try (InputStream file = GoldenEventsTest.class.getResourceAsStream(name)) {
            assertThat(file)
                    .as("golden file " + name + ": write it with -Dgolden.write=true and commit it")
                    .isNotNull();
            return file.readAllBytes();
        }
    }

    private static void writeIfAsked(Class<? extends MailroomEvent> record) throws IOException {
        if (!Boolean.getBoolean("golden.write")) {
            return;
        }
        Path file = FOLDER.resolve(fileName(record));
        JsonNode current = JSON.readTree(EventCodec.data(sample(record)));
        if (Files.exists(file)) {
            JsonNode old = JSON.readTree(Files.readAllBytes(file));
            old.fieldNames()
                    .forEachRemaining(field -> assertThat(current.has(field))
                            .as("field " + field + " was published and may not go")
                            .isTrue());
        }
        Files.createDirectories(FOLDER);
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(current) + "\n");
        Path compiled = Path.of("target/test-classes/golden").resolve(fileName(record));
        Files.createDirectories(compiled.getParent());
        Files.copy(file, compiled, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static String fileName(Class<? extends MailroomEvent> record) {
        return EventCatalogue.shortName(EventCatalogue.typeOf(record)) + ".json";
    }
}
