package dev.mailroom.sync.mailbox;

import dev.mailroom.sync.database.Database;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Remembers which messages could not be fetched, so that one that makes the server or us end the connection does not hold up its mailbox
 * for ever: after a failure the messages of the batch are fetched one by one, and one that failed alone {@link #TRIES_MAX} times is given
 * up. Kept in the database, so that neither a restart nor another replica begins to count anew; looked at in memory, because nearly
 * always there is nothing to remember. Safe for use by many threads.
 */
@Singleton
public class FetchFailures {
    /** Failures of one message, fetched alone, after which it goes to quarantine. */
    public static final int TRIES_MAX = 5;

    /** How long what another replica wrote may stay unknown here: the sessions of an account move rarely. */
    static final Duration KNOWN_FOR = Duration.ofMinutes(1);

    /** Messages that are remembered in memory; beyond it the oldest failures are forgotten there. */
    private static final int MESSAGES_MAX = 10_000;

    private static final String ALL = """
            select mailbox_id, uid_validity, uid, tries from fetch_failure
            where failed_at > now() - interval '30 days' order by failed_at desc limit $1
            """;

    private static final String FAILED = """
            insert into fetch_failure (mailbox_id, uid_validity, uid, tries)
            select b.id, $2, uid, $4 from mailbox b, unnest($3::bigint[]) as uid where b.id = $1
            on conflict (mailbox_id, uid_validity, uid) do update
            set tries = fetch_failure.tries + excluded.tries, failed_at = now()
            """;

    private static final String SETTLED =
            "delete from fetch_failure where mailbox_id = $1 and uid_validity = $2 and uid = any($3::bigint[])";

    private final Database database;
    private final Clock clock;
    private Map<Place, Map<Long, Integer>> suspects = new HashMap<>();
    private Instant readAt = Instant.MIN;
    private long changes;

    @Inject
    public FetchFailures(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** UIDs mean something within it only. */
    public record Place(UUID mailbox, long uidValidity) {}

    /** UIDs that are to be fetched one by one, with the number of times that each failed alone. */
    public Map<Long, Integer> of(Place place) {
        long before;
        synchronized (this) {
            if (readAt.isAfter(clock.instant().minus(KNOWN_FOR))) {
                return Map.copyOf(suspects.getOrDefault(place, Map.of()));
            }
            before = changes;
        }
        Map<Place, Map<Long, Integer>> read = new HashMap<>();
        for (Row row : database.query(ALL, MESSAGES_MAX)) {
            read.computeIfAbsent(
                            new Place(row.getUUID("mailbox_id"), row.getLong("uid_validity")), first -> new HashMap<>())
                    .put(row.getLong("uid"), row.getInteger("tries"));
        }
        synchronized (this) {
            // What was written meanwhile may be missing from what was read: then the next one reads again.
            if (changes == before) {
                suspects = read;
                readAt = clock.instant();
            }
            return Map.copyOf(read.getOrDefault(place, Map.of()));
        }
    }

    /** True if one of these is to be fetched alone, which may end the connection. */
    public boolean suspects(MailboxLook.Found found) {
        Map<Long, Integer> suspects =
                of(new Place(found.row().id(), found.selected().uidValidity()));
        return !suspects.isEmpty() && found.arrived().stream().anyMatch(summary -> suspects.containsKey(summary.uid()));
    }

    /** A fetch of these failed: one alone is to blame for it, of several each may be. */
    void failed(Place place, List<Long> uids) {
        int alone = uids.size() == 1 ? 1 : 0;
        synchronized (this) {
            changes++;
            Map<Long, Integer> here = suspects.computeIfAbsent(place, first -> new HashMap<>());
            uids.forEach(uid -> here.merge(uid, alone, Integer::sum));
        }
        database.execute(FAILED, place.mailbox(), place.uidValidity(), uids.toArray(Long[]::new), alone);
    }

    /** These are stored or in quarantine. */
    void settled(Place place, List<Long> uids) {
        List<Long> known;
        synchronized (this) {
            Map<Long, Integer> here = suspects.get(place);
            if (here == null) {
                return;
            }
            known = uids.stream().filter(here::containsKey).toList();
            known.forEach(here::remove);
            if (here.isEmpty()) {
                suspects.remove(place);
            }
            changes++;
        }
        if (!known.isEmpty()) {
            database.execute(SETTLED, place.mailbox(), place.uidValidity(), known.toArray(Long[]::new));
        }
    }
}
