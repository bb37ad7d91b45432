package dev.mailroom.sync.message;

import dev.mailroom.sync.database.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Counts what is told of each message in a transaction, so that each event has an id of its own that a replay repeats. */
final class Revisions {
    private final Map<UUID, Long> current = new HashMap<>();
    private final Map<UUID, Long> stored = new HashMap<>();

    void known(UUID message, long revision) {
        current.put(message, revision);
        stored.put(message, revision);
    }

    /** The number so far, which the caller writes. */
    long written(UUID message) {
        long revision = current.getOrDefault(message, 0L);
        stored.put(message, revision);
        return revision;
    }

    long next(UUID message) {
        return current.merge(message, 1L, Long::sum);
    }

    /** Writes the numbers that grew. Another account may have counted the same message further meanwhile: no number is taken back. */
    void write(Transaction tx) {
        List<UUID> messages = new ArrayList<>();
        List<Long> revisions = new ArrayList<>();
        current.forEach((message, revision) -> {
            if (!revision.equals(stored.get(message))) {
                messages.add(message);
                revisions.add(revision);
            }
        });
        if (!messages.isEmpty()) {
            tx.send(
                    "update message set revision = greatest(message.revision, r.revision) "
                            + "from unnest($1::uuid[], $2::bigint[]) as r (id, revision) where message.id = r.id",
                    messages.toArray(UUID[]::new),
                    revisions.toArray(Long[]::new));
        }
    }
}
