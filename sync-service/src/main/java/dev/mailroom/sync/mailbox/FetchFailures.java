package dev.mailroom.sync.mailbox;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Remembers which messages could not be fetched, so that one that makes the server or us end the connection does not hold up its mailbox
 * for ever: after a failure the messages of the batch are fetched one by one, and one that failed alone {@link #TRIES_MAX} times is given
 * up. Kept in memory only: a restart begins to count anew. Safe for use by many threads.
 */
@Singleton
class FetchFailures {
    /** Failures of one message, fetched alone, after which it goes to quarantine. */
    static final int TRIES_MAX = 5;

    /** Mailboxes whose failures are remembered; beyond it the oldest is forgotten. */
    private static final int PLACES_MAX = 10_000;

    private final Map<Place, Map<Long, Integer>> suspects = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Map<Long, Integer>> eldest) {
            return size() > PLACES_MAX;
        }
    };

    /** UIDs mean something within it only. */
    record Place(UUID mailbox, long uidValidity) {}

    /** UIDs that are to be fetched one by one, with the number of times that each failed alone. */
    synchronized Map<Long, Integer> of(Place place) {
        return Map.copyOf(suspects.getOrDefault(place, Map.of()));
    }

    /** A fetch of these failed: one alone is to blame for it, of several each may be. */
    synchronized void failed(Place place, List<Long> uids) {
        Map<Long, Integer> here = suspects.computeIfAbsent(place, first -> new HashMap<>());
        uids.forEach(uid -> here.merge(uid, uids.size() == 1 ? 1 : 0, Integer::sum));
    }

    /** These are stored or in quarantine. */
    synchronized void settled(Place place, List<Long> uids) {
        Map<Long, Integer> here = suspects.get(place);
        if (here != null) {
            uids.forEach(here::remove);
            if (here.isEmpty()) {
                suspects.remove(place);
            }
        }
    }
}
