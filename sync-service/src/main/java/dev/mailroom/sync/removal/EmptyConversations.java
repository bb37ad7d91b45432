package dev.mailroom.sync.removal;

import dev.mailroom.sync.database.Transaction;
import java.util.List;
import java.util.UUID;

/** SQL of conversations that lost messages. */
final class EmptyConversations {
    /** What keeps a conversation although it has no message: work that people did in it. There is none yet that could. */
    private static final String HOLDS_NOTHING = "not exists (select 1 from message m where m.conversation_id = v.id)";

    private EmptyConversations() {}

    /**
     * Counts lost messages and deletes the conversations that have none left, with their names and those that were merged into them.
     *
     * @param conversations one entry for each lost message
     */
    static void shrink(Transaction tx, UUID organization, List<UUID> conversations) {
        if (conversations.isEmpty()) {
            return;
        }
        UUID[] ids = conversations.toArray(UUID[]::new);
        tx.execute("""
                update conversation set messages = greatest(0, conversation.messages - n.lost)
                from (select c.id, count(*)::integer as lost from unnest($1::uuid[]) as c (id) group by c.id) n
                where conversation.id = n.id and conversation.organization_id = $2
                """, ids, organization);
        UUID[] empty = tx.list(
                        row -> row.getUUID("id"),
                        "delete from conversation v where v.organization_id = $1 and v.id = any($2) and "
                                + HOLDS_NOTHING + " returning v.id",
                        organization,
                        ids)
                .toArray(UUID[]::new);
        tx.execute(
                "delete from conversation_reference where organization_id = $1 and conversation_id = any($2)",
                organization,
                empty);
        tx.execute(
                "delete from conversation where organization_id = $1 and merged_into = any($2)", organization, empty);
    }
}
