package dev.mailroom.sync.command;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** @param state {@code pending}, {@code succeeded} or {@code failed} (then with {@code reason}) */
public record CommandView(
        UUID id,
        UUID account,
        @Nullable UUID message,
        String type,
        String state,
        @Nullable String result,
        @Nullable String reason,
        @Nullable String detail,
        Instant createdAt,
        Instant updatedAt) {

    static final String COLUMNS =
            "id, account_id, message_id, type, state, result, reason, detail, created_at, updated_at";

    static CommandView of(Row row) {
        String state = row.getString("state");
        return new CommandView(
                row.getUUID("id"),
                row.getUUID("account_id"),
                row.getUUID("message_id"),
                row.getString("type"),
                state.equals("succeeded") || state.equals("failed") ? state : "pending",
                row.getString("result"),
                row.getString("reason"),
                row.getString("detail"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
    }
}
