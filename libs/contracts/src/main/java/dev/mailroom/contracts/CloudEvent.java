package dev.mailroom.contracts;

import java.time.Instant;
import java.util.UUID;

/**
 * An event in its envelope (CloudEvents 1.0). Type, subject, partition key and topic follow from the data.
 *
 * @param id deterministic: a replay of the same fact repeats it, and a consumer drops what it has seen
 * @param source the service that says it, for example {@code /sync-service}
 * @param time when the fact became known, UTC
 */
public record CloudEvent<T extends MailroomEvent>(UUID id, String source, Instant time, T data) {
    public CloudEvent {
        Required.of("id", id);
        Required.of("source", source);
        Required.of("time", time);
        Required.of("data", data);
    }

    /** For example {@code dev.mailroom.message.received.v1}. */
    public String type() {
        return EventCatalogue.typeOf(data.getClass());
    }

    public String topic() {
        return EventCatalogue.topicOf(data.getClass());
    }

    public String partitionKey() {
        return data.partitionKey();
    }
}
