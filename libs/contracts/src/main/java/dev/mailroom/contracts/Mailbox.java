package dev.mailroom.contracts;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox (folder) of an account as an event names it.
 *
 * @param path decoded names from the top down, never empty
 * @param role null for an ordinary folder
 */
public record Mailbox(UUID id, List<String> path, @Nullable MailboxRole role) {
    public Mailbox {
        Required.of("id", id);
        path = Required.list(path);
        if (path.isEmpty()) {
            throw new IllegalArgumentException("field \"path\" is empty");
        }
    }
}
