package dev.mailroom.sync.ownership;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes shards and gives them back, one thing after the other on a thread of its own. Safe for many threads.
 *
 * <p>To take waits for PostgreSQL, to give back must not: while somebody waits for that, no take begins, and the one that goes on is
 * interrupted. What a raise answers then is not looked at: what is still ours is taken afterwards, under epochs that are raised anew.
 */
final class ShardTurns {
    /** How long a release waits for a take before it interrupts it. */
    static final Duration GIVE_WAY_MAX = Duration.ofMillis(500);

    /** How long a release may wait for sessions to stop; their later writes are fenced. */
    static final Duration RELEASE_MAX = Duration.ofSeconds(12);

    private static final long RETRY_MILLIS = 500;
    private static final Logger LOG = Logger.getLogger(ShardTurns.class);

    private final Raise raise;
    private final ShardOwner owner;
    private final Set<Integer> untaken = ConcurrentHashMap.newKeySet();
    private final AtomicInteger releases = new AtomicInteger();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("shard-assignment").factory());

    /** The thread of the take that goes on; guarded by this. */
    private @Nullable Thread taking;

    ShardTurns(Raise raise, ShardOwner owner) {
        this.raise = raise;
        this.owner = owner;
    }

    /** Raises the epochs of shards: what is answered was raised. */
    @FunctionalInterface
    interface Raise {
        List<Fence> raise(Collection<Integer> shards);
    }

    /** Takes shards in its turn, and tries until it has or they are released. */
    void take(Collection<Integer> shards) {
        untaken.addAll(shards);
        worker.execute(this::takeAll);
    }

    /**
     * Takes shards of these that nobody serves here, and waits for it.
     *
     * @param orphans asked in its turn, so that a shard is not taken twice
     * @return false if a take goes on or it takes longer; then what was not begun is not done
     */
    boolean retake(Callable<Set<Integer>> orphans, Duration max) throws InterruptedException, ExecutionException {
        if (isTaking()) {
            return false;
        }
        Future<?> done = worker.submit(() -> {
            untaken.addAll(orphans.call());
            takeAll();
            return true;
        });
        try {
            done.get(max.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException busy) {
            done.cancel(false);
            return false;
        }
    }

    /**
     * Gives shards back and waits for it.
     *
     * @param atOnce without letting a take or a session finish what it is doing
     * @return false if they had not all stopped after {@link #GIVE_WAY_MAX} and {@link #RELEASE_MAX}
     */
    boolean release(Set<Integer> gone, boolean atOnce) throws InterruptedException, ExecutionException {
        releases.incrementAndGet();
        untaken.removeAll(gone);
        Future<?> stopped = worker.submit(() -> {
            try {
                owner.lost(gone, atOnce);
            } finally {
                releases.decrementAndGet();
            }
        });
        worker.execute(this::takeAll);
        if (!atOnce && ended(stopped, GIVE_WAY_MAX)) {
            return true;
        }
        cutOff();
        return ended(stopped, RELEASE_MAX);
    }

    private static boolean ended(Future<?> doing, Duration max) throws InterruptedException, ExecutionException {
        try {
            doing.get(max.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException busy) {
            return false;
        }
    }

    private synchronized void cutOff() {
        if (taking != null) {
            taking.interrupt();
        }
    }

    private synchronized boolean isTaking() {
        return taking != null;
    }

    private synchronized void begin() {
        taking = Thread.currentThread();
    }

    /** What is done next on this thread is not what was to be interrupted. */
    private synchronized boolean end() {
        taking = null;
        return Thread.interrupted();
    }

    private void takeAll() {
        begin();
        try {
            while (!givesWay() && !untaken.isEmpty()) {
                takeOnce(Set.copyOf(untaken));
            }
        } finally {
            if (end()) {
                LOG.infof("shards=%d are not taken yet: others are given back first", untaken.size());
            }
        }
    }

    private boolean givesWay() {
        return releases.get() > 0 || Thread.currentThread().isInterrupted();
    }

    private void takeOnce(Set<Integer> still) {
        try {
            List<Fence> fences = raise.raise(still);
            LOG.infof("shards=%d acquired", fences.size());
            for (Fence fence : fences) {
                // Somebody else may have raised what was given back.
                if (givesWay()) {
                    return;
                }
                if (untaken.contains(fence.shard())) {
                    owner.acquired(fence);
                    untaken.remove(fence.shard());
                }
            }
        } catch (RuntimeException e) {
            if (!givesWay()) {
                LOG.warnf(
                        "epochs of %d shards not raised yet: %s",
                        still.size(), e.getClass().getSimpleName());
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
