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
 * @param providerId what the server calls the message in whichever mailbox it shows it (X-GM-MSGID of Gmail); 0 if there is none
 */
public record MessageSummary(
        long uid, Set<String> flags, @Nullable Instant internalDate, long size, long modSeq, long providerId) {
    public MessageSummary {
        flags = Set.copyOf(flags);
    }

    /** For a server that has no name for a message but its UID. */
    public MessageSummary(long uid, Set<String> flags, @Nullable Instant internalDate, long size, long modSeq) {
        this(uid, flags, internalDate, size, modSeq, 0);
    }

    public boolean hasFlag(String flag) {
        return flags.stream().anyMatch(flag::equalsIgnoreCase);
    }
}
