package dev.mailroom.sync.message;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.sync.database.Sql;
import io.vertx.mutiny.sqlclient.Row;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the team asked for and is not confirmed yet: it wins over what the server says meanwhile, and its effect is not somebody else's. */
final class OwnActions {
    private OwnActions() {}

    /** Messages that are to be marked as read (true) or unread (false); the last wish of each counts. */
    static Map<UUID, Boolean> wishedSeen(Sql sql, UUID account, Collection<UUID> messages) {
        Map<UUID, Boolean> wished = new HashMap<>();
        for (Row row : sql.query("""
                select distinct on (message_id) message_id, type from command
                where account_id = $1 and state in ('planned', 'sent') and type in ('mark_read', 'mark_unread') and message_id = any($2)
                order by message_id, sequence desc
                """, account, messages.toArray(UUID[]::new))) {
            wished.put(row.getUUID("message_id"), row.getString("type").equals("mark_read"));
        }
        return wished;
    }

    /**
     * Whose a move or a copy is that a look found: ours, if the server was asked for that one and its answer was lost.
     *
     * @param from null for a copy
     */
    static MailEvent.Source causeOf(
            Sql sql, UUID account, UUID message, @Nullable UUID from, UUID to, MailEvent.Source seenBy) {
        boolean ours = seenBy == MailEvent.Source.LIVE
                && sql.first("""
                        select 1 from command where account_id = $1 and state = 'sent' and message_id = $2
                        and ($3::uuid is null or source_mailbox = $3) and target_mailbox = $4
                        """, account, message, from, to).isPresent();
        return ours ? MailEvent.Source.COMMAND : seenBy;
    }
}
