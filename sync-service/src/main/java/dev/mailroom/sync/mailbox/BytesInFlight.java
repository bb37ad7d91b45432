package dev.mailroom.sync.mailbox;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/**
 * Bounds the bytes of messages that this process holds between the fetch and the commit: a quarter for live mail, the rest for history, so
 * that neither a thousand imports nor a thousand large messages fill the heap, and imports never take the room of live mail. Safe for many
 * threads; who waits is served in turn.
 */
@Singleton
public class BytesInFlight {
    private static final int KIB = 1024;
    private static final int LIVE_PART = 4;

    private final Room live;
    private final Room history;

    @Inject
    public BytesInFlight(MailboxConfig config) {
        this(config.bytesInFlight());
    }

    BytesInFlight(long bytes) {
        long forLive = bytes / LIVE_PART;
        this.live = new Room(forLive);
        this.history = new Room(bytes - forLive);
    }

    /**
     * Waits for room.
     *
     * @param bytes more than there is in all counts as all of it
     * @return to be closed when the messages are stored
     * @throws CompletionException if the thread was interrupted
     */
    public Taken take(boolean isLive, long bytes) {
        return (isLive ? live : history).take(bytes);
    }

    /** Room that is taken until it is closed, by whichever thread; to close it again does nothing. */
    public static final class Taken implements AutoCloseable {
        private final Semaphore free;
        private int units;

        private Taken(Semaphore free, int units) {
            this.free = free;
            this.units = units;
        }

        @Override
        public synchronized void close() {
            free.release(units);
            units = 0;
        }
    }

    private static final class Room {
        private final int all;
        private final Semaphore free;

        private Room(long bytes) {
            this.all = Math.toIntExact(Math.max(1, bytes / KIB));
            this.free = new Semaphore(all, true);
        }

        private Taken take(long bytes) {
            int units = (int) Math.clamp((bytes + KIB - 1) / KIB, 1, all);
            try {
                free.acquire(units);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new CompletionException(stopped);
            }
            return new Taken(free, units);
        }
    }
}
