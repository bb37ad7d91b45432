package dev.mailroom.sync.message;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A copy that was not known.
 *
 * @param sizeBytes as the server says it
 * @param modSeq 0 if there is none
 * @param providerId what the provider calls the message in all its mailboxes; 0 if it has no such name
 * @param known key of the message if another copy of it was taken in before; null if its content was fetched
 * @param live whether it came after its mailbox was looked at for the first time; else it is history
 */
public record Arrival(
        long uid,
        Set<String> flags,
        Instant internalDate,
        long sizeBytes,
        long modSeq,
        long providerId,
        ParsedMessage message,
        @Nullable ContentKey known,
        boolean live) {
    public Arrival {
        flags = Set.copyOf(flags);
    }
}
