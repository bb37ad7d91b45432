package dev.mailroom.sync.mailbox;

import io.vertx.mutiny.sqlclient.Row;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox for people.
 *
 * @param name its last level
 * @param role one of {@code inbox sent archive trash junk drafts}, or null
 * @param roleSource {@code user}, {@code special_use} or {@code name}
 * @param unread messages without \Seen
 */
public record MailboxView(
        UUID id,
        UUID account,
        String name,
        List<String> path,
        @Nullable String role,
        @Nullable String roleSource,
        boolean pinned,
        boolean selectable,
        long messages,
        long unread) {

    static final String SQL = """
            select m.id, m.account_id, m.path, m.role, m.role_source, m.pinned, m.selectable, coalesce(c.messages, 0) as messages,
                   coalesce(c.unread, 0) as unread
            from mailbox m
            left join (select mailbox_id, count(*) as messages, count(*) filter (where not seen) as unread
                       from copy where vanished_at is null and account_id = $2 group by mailbox_id) c on c.mailbox_id = m.id
            where m.organization_id = $1 and m.account_id = $2 and m.missing_since is null
            """;

    static MailboxView of(Row row) {
        List<String> path = List.of(row.getArrayOfStrings("path"));
        return new MailboxView(
                row.getUUID("id"),
                row.getUUID("account_id"),
                path.getLast(),
                path,
                row.getString("role"),
                row.getString("role_source"),
                row.getBoolean("pinned"),
                row.getBoolean("selectable"),
                row.getLong("messages"),
                row.getLong("unread"));
    }
}
