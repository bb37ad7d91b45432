package dev.mailroom.sync.connection;

import dev.mailroom.outbox.TransientFailures;
import dev.mailroom.sync.database.Database;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The place of an account's second connection, of which there is one among all replicas: its import has it, or whoever reads a message. The
 * first one is the session's and needs no place, so that live mail waits for nobody. Safe for many threads.
 *
 * <p>A place is a row with a lease by the clock of the database. A reader that waits says so in the row; the import sees that when it renews
 * its lease, gives the place up after the batch in hand, and goes on over the session's connection until the place is free again.
 */
@Singleton
public class SecondConnections {
    /** How long a place stays taken whose holder has died. */
    static final Duration LEASE = Duration.ofSeconds(10);

    /** How long a reader counts as waiting after it last looked. */
    static final Duration WANTED = Duration.ofSeconds(3);

    /** Between two looks of a reader that waits. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);

    private static final Logger LOG = Logger.getLogger(SecondConnections.class);

    private static final String TAKE = """
            insert into second_connection as c (account_id, holder, held_until)
            select id, $2, clock_timestamp() + make_interval(secs => $3) from account where id = $1
            on conflict (account_id) do update set holder = excluded.holder, held_until = excluded.held_until, wanted_until = '-infinity'
            where c.held_until < clock_timestamp() and ($4 or c.wanted_until < clock_timestamp())
            """;

    private static final String WANT = """
            update second_connection set wanted_until = clock_timestamp() + make_interval(secs => $2) where account_id = $1
            """;

    private static final String RENEW = """
            update second_connection set held_until = clock_timestamp() + make_interval(secs => $2)
            where holder = any($1) and held_until > clock_timestamp() returning holder, wanted_until > clock_timestamp() as wanted
            """;

    private static final String RELEASE = "update second_connection set held_until = '-infinity' where holder = $1";

    private final Database database;
    private final Map<UUID, Place> places = new ConcurrentHashMap<>();

    @Inject
    public SecondConnections(Database database) {
        this.database = database;
    }

    /** For as long as it is not closed; closing it twice does nothing. */
    public final class Place implements AutoCloseable {
        private final UUID holder = UUID.randomUUID();
        private volatile boolean wanted;

        private Place() {}

        /** Whether the connection is to be closed soon: a reader waits, or the place is another's because this replica was frozen. */
        public boolean isWanted() {
            return wanted;
        }

        /** Gives the place up, after the connection was closed. If the database is away, the lease does. */
        @Override
        public void close() {
            if (places.remove(holder) == null) {
                return;
            }
            try {
                database.execute(RELEASE, holder);
            } catch (RuntimeException away) {
                LOG.debugf("place of a second connection is left to its lease: %s", TransientFailures.nameOf(away));
            }
        }
    }

    /** Takes the place for an import if it is free and no reader waits for it. */
    public Optional<Place> takeForImport(UUID account) {
        return take(account, false);
    }

    /**
     * Takes the place for a reader.
     *
     * @param max the longest wait, also behind an import that is to give it up
     * @return empty if it did not become free
     */
    public Optional<Place> awaitForReader(UUID account, Duration max) throws InterruptedException {
        long end = System.nanoTime() + max.toNanos();
        while (true) {
            Optional<Place> place = take(account, true);
            long left = end - System.nanoTime();
            if (place.isPresent() || left <= 0) {
                return place;
            }
            database.execute(WANT, account, seconds(WANTED));
            Thread.sleep(Math.min(LOOK_INTERVAL.toMillis(), Math.max(1, left / 1_000_000)));
        }
    }

    private Optional<Place> take(UUID account, boolean reader) {
        Place place = new Place();
        // Known before it is taken: from then on it is renewed.
        places.put(place.holder, place);
        boolean taken = false;
        try {
            taken = database.execute(TAKE, account, place.holder, seconds(LEASE), reader) > 0;
        } finally {
            if (!taken) {
                places.remove(place.holder);
            }
        }
        return taken ? Optional.of(place) : Optional.empty();
    }

    /** Keeps what this replica holds, and learns for what others wait. */
    @Scheduled(every = "1s", delayed = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    public void renew() {
        Set<UUID> held = new HashSet<>(places.keySet());
        if (held.isEmpty()) {
            return;
        }
        List<Row> renewed = database.query(RENEW, held.toArray(UUID[]::new), seconds(LEASE));
        Set<UUID> lost = held;
        for (Row row : renewed) {
            UUID holder = row.getUUID("holder");
            lost.remove(holder);
            if (row.getBoolean("wanted")) {
                want(holder);
            }
        }
        lost.forEach(this::want);
    }

    private void want(UUID holder) {
        Place place = places.get(holder);
        if (place != null) {
            place.wanted = true;
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }
}
