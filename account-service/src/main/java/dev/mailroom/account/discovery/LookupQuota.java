package dev.mailroom.account.discovery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mailroom.account.organization.Viewer;
import dev.mailroom.http.Problems;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts look-ups of each user, in this process: nobody makes us ask the DNS of others without end. */
final class LookupQuota {
    private static final Duration WINDOW = Duration.ofHours(1);

    /** Users that are counted at a time; the one unseen for longest is forgotten first. */
    private static final int USERS_MAX = 100_000;

    private final int most;
    private final Clock clock;
    private final Cache<Person, Window> windows =
            Caffeine.newBuilder().maximumSize(USERS_MAX).build();

    LookupQuota(int most, Clock clock) {
        this.most = most;
        this.clock = clock;
    }

    private record Person(UUID organization, UUID user) {}

    private record Window(Instant begin, AtomicInteger count) {}

    /** @throws dev.mailroom.http.ProblemException 429 with Retry-After */
    void count(Viewer viewer) {
        Instant now = clock.instant();
        Window window = windows.asMap()
                .compute(
                        new Person(viewer.organization(), viewer.user()),
                        (_, known) ->
                                known == null || !now.isBefore(known.begin().plus(WINDOW))
                                        ? new Window(now, new AtomicInteger())
                                        : known);
        if (window.count().incrementAndGet() > most) {
            throw Problems.tooManyRequests(
                    "A user can have the servers of " + most + " addresses looked for within an hour;"
                            + " enter imap and smtp by hand",
                    Duration.between(now, window.begin().plus(WINDOW)));
        }
    }
}
