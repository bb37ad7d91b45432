package dev.mailroom.sync.command;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What to do with a message.
 *
 * @param type {@code mark_read mark_unread apply_label remove_label archive move_to_inbox trash spam not_spam}
 * @param label levels joined by "/", each with a name and without control characters; blanks at the ends of a level count only
 *     where a mailbox is named so; for the two types that have one, and refused with others
 * @param account which account's copy is meant; the caller's own by default, else the first that he may act on
 */
public record CommandRequest(
        @Nullable String type,
        @Nullable String label,
        @Nullable UUID account) {}
