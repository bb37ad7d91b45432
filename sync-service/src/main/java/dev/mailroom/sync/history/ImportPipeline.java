package dev.mailroom.sync.history;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Reads and stores batches while the next one is fetched: batches are read side by side and stored one after the other, in order. After a
 * failure nothing that came later is stored. Belongs to one thread, which submits.
 */
final class ImportPipeline {
    /** Batches that are read or stored while another is fetched. */
    static final int BEHIND_MAX = 2;

    private final Semaphore room = new Semaphore(BEHIND_MAX);
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    /**
     * Waits for room, then starts.
     *
     * @param read reads a batch and gives what stores it
     * @param after runs in any case, also if the batch was not stored
     * @throws RuntimeException what an earlier batch failed with; then this one was not started
     */
    void submit(Supplier<Runnable> read, Runnable after) {
        try {
            room.acquire();
        } catch (InterruptedException stopped) {
            after.run();
            Thread.currentThread().interrupt();
            throw new CompletionException(stopped);
        }
        CompletableFuture<Void> before = last;
        CompletableFuture<Void> stored = new CompletableFuture<>();
        last = stored;
        Thread.ofVirtual().name("import-store").start(() -> {
            try {
                Runnable store = read.get();
                before.join();
                store.run();
                stored.complete(null);
            } catch (CompletionException failed) {
                stored.completeExceptionally(failed.getCause() == null ? failed : failed.getCause());
            } catch (RuntimeException | Error failed) {
                stored.completeExceptionally(failed);
            } finally {
                after.run();
                room.release();
            }
        });
    }

    /** @throws RuntimeException what a batch failed with, if it is known already */
    void check() {
        if (last.isCompletedExceptionally()) {
            drain();
        }
    }

    /**
     * Waits until all is stored.
     *
     * @throws RuntimeException what the first batch failed with that did; it is said once
     */
    void drain() {
        try {
            last.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CompletionException(stopped);
        } catch (ExecutionException failed) {
            last = CompletableFuture.completedFuture(null);
            if (failed.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new CompletionException(failed.getCause());
        }
    }
}
