package dev.mailroom.account.verification;

import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tries other ways to the same server side by side, each up to the place of the log-in and never further.
 *
 * <p>Every try takes one of the places that bound how much is tried at the same time; where none is free it is left out.
 */
final class Probes {
    private final MailServers servers;
    private final ExecutorService threads;
    private final Semaphore places;

    Probes(MailServers servers, ExecutorService threads, Semaphore places) {
        this.servers = servers;
        this.threads = threads;
        this.places = places;
    }

    /**
     * What was found out.
     *
     * @param working the best way that works; null if none does
     * @param otherProtocol whether something answers on the port that was asked for, in the other encryption, and is no such mail server
     */
    record Findings(@Nullable Suggestion working, boolean otherProtocol) {
        static final Findings NONE = new Findings(null, false);
    }

    /**
     * Tries the ways, the best one first.
     *
     * @param asked the server that failed
     * @param limit for all of them together
     */
    Findings of(Leg leg, Server asked, List<Server> ways, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        List<Future<@Nullable Category>> tries = new ArrayList<>();
        try {
            for (Server way : ways) {
                tries.add(threads.submit(() -> probe(leg, way)));
            }
            boolean otherProtocol = false;
            for (int i = 0; i < tries.size(); i++) {
                Server way = ways.get(i);
                Category result = await(tries.get(i), end);
                if (result == null) {
                    return new Findings(new Suggestion(way.port(), way.encryption()), otherProtocol);
                }
                otherProtocol |= result == Category.NOT_THE_PROTOCOL && way.port() == asked.port();
            }
            return new Findings(null, otherProtocol);
        } finally {
            tries.forEach(open -> open.cancel(true));
        }
    }

    /** Null if it works. */
    private @Nullable Category probe(Leg leg, Server way) throws InterruptedException {
        if (!places.tryAcquire()) {
            return Category.UNAVAILABLE;
        }
        try {
            servers.probe(leg, way);
            return null;
        } catch (MailException failure) {
            return failure.category();
        } finally {
            places.release();
        }
    }

    private static @Nullable Category await(Future<@Nullable Category> probe, long end) throws InterruptedException {
        try {
            return probe.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            return Category.DEADLINE_EXCEEDED;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException unexpected) {
                throw unexpected;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }
}
