package dev.mailroom.mailclient.imap;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a mailbox says about a message without its content.
 *
 * @param uid 1..4294967295
 * @param flags as sent, {@code \Seen} and keywords
 * @param internalDate when the server received it; null if it was not asked for or cannot be read
 * @param size in bytes, an estimate on some servers; -1 if it was not asked for
 * @param modSeq 0 if there is none
 */
public record MessageSummary(
        long uid, Set<String> flags, @Nullable Instant internalDate, long size, long modSeq) {
    public MessageSummary {
        flags = Set.copyOf(flags);
    }

    public boolean hasFlag(String flag) {
        return flags.stream().anyMatch(flag::equalsIgnoreCase);
    }
}
