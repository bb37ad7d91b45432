package dev.mailroom.sync.conversation;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as its viewer may see it.
 *
 * @param messagesCount of the messages that he may see
 * @param lastActivityAt of the newest of them
 * @param mergedInto the conversation that holds the messages now, if this one was merged
 */
public record ConversationView(
        UUID id,
        String subject,
        long messagesCount,
        Instant createdAt,
        Instant lastActivityAt,
        @Nullable UUID mergedInto) {

    static ConversationView of(Row row) {
        return new ConversationView(
                row.getUUID("id"),
                row.getString("subject"),
                row.getInteger("messages"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("last_activity_at").toInstant(),
                row.getUUID("merged_into"));
    }
}
