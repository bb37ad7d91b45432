package dev.mailroom.sync.command;

import dev.mailroom.contracts.EventCatalogue;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.MailroomEvent;
import dev.mailroom.sync.database.Json;
import io.vertx.mutiny.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command with what was noted before the server was asked.
 *
 * @param sent true if the server may have done it already
 * @param source the copy that was to be moved or copied; null before it was sent
 */
record StoredCommand(
        MailCommand command,
        String type,
        boolean sent,
        int attempts,
        @Nullable Noted source,
        @Nullable Noted target) {
    static final String COLUMNS = """
            id, type, payload::text as payload, state, attempts, source_mailbox, source_uid_validity, source_uid, target_mailbox,
            target_uid_validity, target_uid_next
            """;

    private static final String TYPE_PREFIX = "dev.mailroom.mail.";
    private static final String TYPE_SUFFIX = ".v1";

    /** @param uid of the source copy, or UIDNEXT of the target */
    record Noted(UUID mailbox, long uidValidity, long uid) {}

    UUID id() {
        return command.command();
    }

    /** {@code archive} for {@code dev.mailroom.mail.archive.v1}. */
    static String typeOf(MailCommand command) {
        String type = EventCatalogue.typeOf(command.getClass());
        return type.substring(TYPE_PREFIX.length(), type.length() - TYPE_SUFFIX.length());
    }

    static StoredCommand of(Row row) {
        String type = row.getString("type");
        Class<? extends MailroomEvent> record = EventCatalogue.recordOf(TYPE_PREFIX + type + TYPE_SUFFIX);
        if (record == null || !MailCommand.class.isAssignableFrom(record)) {
            throw new IllegalStateException("no command has the type " + type);
        }
        return new StoredCommand(
                (MailCommand) Json.read(row.getString("payload"), record),
                type,
                row.getString("state").equals("sent"),
                row.getInteger("attempts"),
                noted(row, "source_mailbox", "source_uid_validity", "source_uid"),
                noted(row, "target_mailbox", "target_uid_validity", "target_uid_next"));
    }

    private static @Nullable Noted noted(Row row, String mailbox, String validity, String uid) {
        UUID id = row.getUUID(mailbox);
        return id == null ? null : new Noted(id, row.getLong(validity), row.getLong(uid));
    }
}
