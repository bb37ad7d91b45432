package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.sync.database.Database;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which messages could not be fetched, so that one that makes the server or us end the connection does not hold up its mailbox
 * for ever: after a failure the messages of the batch are fetched one by one, and one that failed alone {@link #TRIES_MAX} times is given
 * up: it is remembered, and not fetched with others again. Kept in the database, so that neither a restart nor another replica begins to
 * count anew; looked at in memory, because nearly always there is nothing to remember. Safe for use by many threads.
 */
@Singleton
public class FetchFailures {
    /** Failures of one message, fetched alone, after which it goes to quarantine. */
    public static final int TRIES_MAX = 5;

    /** Connections that one message can cost until it is in quarantine: those that it takes to find it among others, and those alone. */
    public static final int CONNECTIONS_MAX = 1 + 8 + TRIES_MAX;

    /**
     * Failed fetches in a row that are held against messages only: so many as it takes to give up four of them. A server that ends each fetch
     * is not asked for ever as if nothing were wrong.
     */
    public static final int BLAMED_MAX = 4 * CONNECTIONS_MAX;

    /** Messages that are each suspected if a fetch of them failed and nobody knows of which one. */
    static final int SUSPECTS_MAX = 8;

    /** What is said of a failure. */
    private static final int SAID_MAX_CHARS = 300;

    /** How long what another replica wrote may stay unknown here: the sessions of an account move rarely. */
    static final Duration KNOWN_FOR = Duration.ofMinutes(1);

    /** Messages that are remembered in memory; beyond it the oldest failures are forgotten there. */
    private static final int MESSAGES_MAX = 10_000;

    private static final String ALL = """
            select mailbox_id, uid_validity, uid, tries from fetch_failure
            where failed_at > now() - interval '30 days' order by failed_at desc limit $1
            """;

    private static final String FAILED = """
            insert into fetch_failure (mailbox_id, uid_validity, uid, tries, said)
            select b.id, $2, uid, $4, $5 from mailbox b, unnest($3::bigint[]) as uid where b.id = $1
            on conflict (mailbox_id, uid_validity, uid) do update
            set tries = fetch_failure.tries + excluded.tries, failed_at = now(), said = excluded.said
            """;

    private static final String SETTLED =
            "delete from fetch_failure where mailbox_id = $1 and uid_validity = $2 and uid = any($3::bigint[])";

    private static final String SAID =
            "select said from fetch_failure where mailbox_id = $1 and uid_validity = $2 and uid = $3";

    private static final String ONCE_MORE = """
            update fetch_failure set tries = $5
            where mailbox_id = $1 and uid_validity = $2 and uid = $3 and tries > $5 and failed_at < $4
            """;

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

    /** True if the message is to be fetched alone; one that was given up is not fetched at all. */
    public static boolean isAlone(Map<Long, Integer> suspects, long uid) {
        return suspects.getOrDefault(uid, TRIES_MAX) < TRIES_MAX;
    }

    /** True if one of these is to be fetched alone, which may end the connection. */
    public boolean suspects(MailboxLook.Found found) {
        Map<Long, Integer> suspects =
                of(new Place(found.row().id(), found.selected().uidValidity()));
        return found.arrived().stream().anyMatch(summary -> isAlone(suspects, summary.uid()));
    }

    /** True if a fetch of this one or of a later one may end the connection. */
    boolean suspectsFrom(Place place, long uid) {
        return of(place).keySet().stream().anyMatch(suspect -> suspect >= uid);
    }

    private void failed(Place place, List<Long> uids, int tries, String said) {
        synchronized (this) {
            changes++;
            Map<Long, Integer> here = suspects.computeIfAbsent(place, first -> new HashMap<>());
            uids.forEach(uid -> here.merge(uid, tries, Integer::sum));
        }
        database.execute(FAILED, place.mailbox(), place.uidValidity(), uids.toArray(Long[]::new), tries, said);
    }

    private static String said(MailException failure) {
        String text = failure.serverText();
        String said = failure.category().wireName() + (text == null ? "" : ": " + text);
        return said.length() <= SAID_MAX_CHARS ? said : said.substring(0, SAID_MAX_CHARS);
    }

    /**
     * Holds a failed fetch against those messages that may have caused it.
     *
     * @param asked in the order in which the server goes through them; null if they are not known one by one
     * @param answered those that the server answered before
     * @return what to throw: a {@link BlamedFetch}, or the failure itself if it is not about messages
     */
    MailException blame(
            Place place, BulkFetch kind, @Nullable List<Long> asked, Collection<Long> answered, MailException failure) {
        if (failure.category() == Category.THROTTLED) {
            return failure;
        }
        if (asked == null) {
            failed(place, List.of(kind.mark()), 1, said(failure));
            return BlamedFetch.of(failure);
        }
        List<Long> unanswered =
                asked.stream().filter(uid -> !answered.contains(uid)).toList();
        List<Long> left = unanswered.isEmpty() ? asked : unanswered;
        if (asked.size() == 1) {
            failed(place, asked, 1, said(failure));
        } else if (left.size() <= SUSPECTS_MAX) {
            failed(place, left, 0, said(failure));
        } else if (left.size() < asked.size() && untried(place) < SUSPECTS_MAX) {
            // Most servers go through them in order, and send what they have before they hang up.
            failed(place, left.subList(0, 1), 0, said(failure));
        } else {
            failed(place, List.of(kind.mark()), 1, said(failure));
        }
        return BlamedFetch.of(failure);
    }

    /** A fetch of so many passed. */
    void passed(Place place, BulkFetch kind, int messages) {
        if (kind.isOver(messages, of(place))) {
            settled(place, List.of(kind.mark()));
        }
    }

    private long untried(Place place) {
        return of(place).values().stream().filter(tries -> tries == 0).count();
    }

    /** What is to be said of a message that is given up. */
    String verdict(Place place, long uid, int tries) {
        String last = database.first(SAID, place.mailbox(), place.uidValidity(), uid)
                .map(row -> row.getString("said"))
                .orElse(null);
        String times = tries + " fetches of this message alone failed";
        return last == null ? times : times + ", the last one with " + last;
    }

    /** A message that was given up may be fetched once more, if it was not since then. */
    void onceMore(Place place, long uid, Instant since) {
        int changed = database.execute(
                ONCE_MORE, place.mailbox(), place.uidValidity(), uid, since.atOffset(ZoneOffset.UTC), TRIES_MAX - 1);
        if (changed > 0) {
            synchronized (this) {
                changes++;
                readAt = Instant.MIN;
            }
        }
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
