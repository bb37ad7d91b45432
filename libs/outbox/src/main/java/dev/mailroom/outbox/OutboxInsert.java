package dev.mailroom.outbox;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The one statement that writes events, and its parameters. Both flavours of the outbox use it. */
final class OutboxInsert {
    /** Events of one INSERT. More are split, still in order and in one transaction. */
    static final int STATEMENT_MAX_EVENTS = 1_000;

    /** Bytes of data of one INSERT, so that no protocol message and no buffer of the driver grows without bound. */
    static final long STATEMENT_MAX_BYTES = 8L * 1024 * 1024;

    /** {@code order by} makes the ids follow the list: the identity is drawn after the sort. */
    static final String SQL = """
            insert into outbox (event_id, topic, key, headers, payload)
            select e.event_id, e.topic, e.key, cast(e.headers as jsonb), e.payload
            from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[])
                 with ordinality as e (event_id, topic, key, headers, payload, position)
            order by e.position
            """;

    private final List<UUID> ids = new ArrayList<>();
    private final List<String> topics = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final List<String> headers = new ArrayList<>();
    private final List<Buffer> payloads = new ArrayList<>();
    private long bytes;

    private OutboxInsert() {}

    /**
     * The statements for a list of events, in order.
     *
     * @throws EventTooLargeException if one has more bytes than {@link Outbox#EVENT_MAX_BYTES}
     */
    static List<OutboxInsert> of(List<? extends CloudEvent<?>> events) {
        List<OutboxInsert> statements = new ArrayList<>();
        OutboxInsert current = new OutboxInsert();
        for (CloudEvent<?> event : events) {
            byte[] data = EventCodec.data(event);
            if (data.length > Outbox.EVENT_MAX_BYTES) {
                throw new EventTooLargeException(event.type(), event.id(), data.length);
            }
            if (!current.fits(data.length)) {
                statements.add(current);
                current = new OutboxInsert();
            }
            current.add(event, data);
        }
        if (!current.ids.isEmpty()) {
            statements.add(current);
        }
        return statements;
    }

    private boolean fits(int more) {
        return ids.isEmpty() || (ids.size() < STATEMENT_MAX_EVENTS && bytes + more <= STATEMENT_MAX_BYTES);
    }

    private void add(CloudEvent<?> event, byte[] data) {
        ids.add(event.id());
        topics.add(event.topic());
        keys.add(event.partitionKey());
        headers.add(new JsonObject(Map.copyOf(EventCodec.headers(event))).encode());
        payloads.add(Buffer.buffer(data));
        bytes += data.length;
    }

    /** The parameters of {@link #SQL}. */
    Object[] parameters() {
        return new Object[] {
            ids.toArray(UUID[]::new),
            topics.toArray(String[]::new),
            keys.toArray(String[]::new),
            headers.toArray(String[]::new),
            payloads.toArray(Buffer[]::new)
        };
    }
}
