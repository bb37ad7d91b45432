package dev.mailroom.mailclient.net;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs an action at an absolute time unless it is closed before. Use it with try-with-resources around a dialogue.
 *
 * <p>All deadlines of the process share one thread; the action runs on a virtual thread of its own, so it may block.
 */
public final class Deadline implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private enum State {
        RUNNING,
        MET,
        MISSED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private final AtomicLong end;
    private volatile @Nullable Future<?> scheduled;

    private Deadline(long end) {
        this.end = new AtomicLong(end);
    }

    /**
     * Starts the clock.
     *
     * @param limit from now on; not negative
     * @param onMissed runs at most once, typically closes a raw socket so that a blocked read fails
     */
    public static Deadline start(Duration limit, Runnable onMissed) {
        Deadline deadline = new Deadline(System.nanoTime() + limit.toNanos());
        deadline.schedule(limit.toNanos(), onMissed);
        return deadline;
    }

    /** Moves the end further away, because there is proof of progress. */
    public void extend(Duration more) {
        end.addAndGet(more.toNanos());
    }

    /** True if the action ran or is running: the dialogue was too slow. */
    public boolean missed() {
        return state.get() == State.MISSED;
    }

    @Override
    public void close() {
        Future<?> timer = scheduled;
        if (state.compareAndSet(State.RUNNING, State.MET) && timer != null) {
            timer.cancel(false);
        }
    }

    private void schedule(long nanos, Runnable onMissed) {
        scheduled = TIMER.schedule(() -> ring(onMissed), nanos, TimeUnit.NANOSECONDS);
    }

    private void ring(Runnable onMissed) {
        long left = end.get() - System.nanoTime();
        if (left > 0 && state.get() == State.RUNNING) {
            schedule(left, onMissed);
        } else if (state.compareAndSet(State.RUNNING, State.MISSED)) {
            Thread.startVirtualThread(onMissed);
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        var timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("mail-deadlines").factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
