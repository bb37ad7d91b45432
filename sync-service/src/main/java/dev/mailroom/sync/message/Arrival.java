package dev.mailroom.sync.message;

import java.time.Instant;
import java.util.Set;

/**
 * A copy that was not known.
 *
 * @param sizeBytes as the server says it
 * @param modSeq 0 if there is none
 * @param live whether it came after the account was connected; else it is history
 */
public record Arrival(
        long uid,
        Set<String> flags,
        Instant internalDate,
        long sizeBytes,
        long modSeq,
        ParsedMessage message,
        boolean live) {
    public Arrival {
        flags = Set.copyOf(flags);
    }
}
