package dev.mailroom.contracts.documentation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.contracts.EventCatalogue;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.contracts.Topics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The page {@code docs/events.md}: what {@link AsyncApi} says, for people. */
final class EventsPage {
    private static final String INTRODUCTION = """
            # Events

            What the services say to each other on Kafka. Written from the records in `libs/contracts`; `docs/asyncapi.yaml` says the same for
            machines. Do not edit: `./mvnw -pl libs/contracts test -Ddocs.write=true` writes both.

            Each record is a CloudEvent 1.0 in binary mode: the headers `ce_id`, `ce_type` (`dev.mailroom.<name>.v1`), `ce_source`, `ce_subject`,
            `ce_time`, `ce_partitionkey`, `ce_organization` and `content-type`, the key, and JSON data. The same fact has the same `ce_id`: a reader
            drops what it has seen. Records with one key come in the order they were written. A reader passes over types and fields that it does
            not know; a field that is not *always* there may be absent. What a reader could not take is in the topic with `.dlq` behind its name.
            """;

    private final EventSchemas schemas;
    private final SourceComments comments;
    private final Function<Class<?>, JsonNode> example;
    private final StringBuilder page = new StringBuilder(INTRODUCTION);

    EventsPage(EventSchemas schemas, SourceComments comments, Function<Class<?>, JsonNode> example) {
        this.schemas = schemas;
        this.comments = comments;
        this.example = example;
    }

    String text() {
        contents();
        for (String topic : Topics.ALL) {
            line("\n## " + topic + "\n");
            line(comments.of(AsyncApi.interfaceOf(topic)));
            for (Class<? extends MailroomEvent> record : AsyncApi.recordsOf(topic)) {
                event(record);
            }
        }
        line("\n## Types\n");
        line("What the data of more than one event is made of.");
        for (Map.Entry<String, Class<?>> part : schemas.parts().entrySet()) {
            line("\n### " + part.getKey());
            described(part.getValue());
            if (part.getValue().isEnum()) {
                line("\nOne of `" + String.join("`, `", EventSchemas.values(part.getValue())) + "`.");
            } else {
                fields(part.getValue());
            }
        }
        return page.toString();
    }

    private void contents() {
        line("\n| topic | events |\n| --- | --- |");
        for (String topic : Topics.ALL) {
            List<String> names = AsyncApi.recordsOf(topic).stream()
                    .map(record -> "[" + shortName(record) + "](#" + anchor(shortName(record)) + ")")
                    .toList();
            line("| [" + topic + "](#" + anchor(topic) + ") | " + String.join(", ", names) + " |");
        }
    }

    private void event(Class<? extends MailroomEvent> record) {
        line("\n### " + shortName(record));
        described(record);
        fields(record);
        line("\n<details><summary>Example</summary>\n\n```json");
        line(example.apply(record).toPrettyString());
        line("```\n\n</details>");
    }

    private void described(Class<?> type) {
        if (!comments.of(type).isEmpty()) {
            line("\n" + comments.of(type));
        }
    }

    private void fields(Class<?> record) {
        line("\n| field | type | always | |\n| --- | --- | --- | --- |");
        for (EventSchemas.Field field : schemas.fields(record)) {
            String description = field.description().replace("\n\n", " ").replace("|", "\\|");
            line("| `" + field.name() + "` | " + field.type() + " | " + (field.required() ? "yes" : "") + " | "
                    + description + " |");
        }
    }

    private static String shortName(Class<? extends MailroomEvent> record) {
        return EventCatalogue.shortName(EventCatalogue.typeOf(record));
    }

    /** As the large code hosts make them from headings. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_ -]", "").replace(' ', '-');
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
