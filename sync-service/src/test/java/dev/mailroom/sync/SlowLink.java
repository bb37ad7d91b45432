package dev.mailroom.sync;

import dev.mailroom.testkit.net.Tap;
import dev.mailroom.testkit.net.TcpProxy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Stands before a server and holds up what it says on one connection, after so many bytes, until it is told to let go. */
final class SlowLink implements AutoCloseable {
    private static final long CLOSING_MAX_NANOS = 300_000_000;

    private final TcpProxy proxy;
    private final int slow;
    private final long after;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger openMost = new AtomicInteger();
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /**
     * Begins to listen.
     *
     * @param slow number of the connection that is held up, from 1
     * @param after bytes of the server that pass on it before
     */
    SlowLink(int serverPort, int slow, long after) throws IOException {
        this.slow = slow;
        this.after = after;
        this.proxy = TcpProxy.before(serverPort, _ -> tap());
    }

    int port() {
        return proxy.port();
    }

    int connections() {
        return connections.get();
    }

    /** How many connections there were at the same time. */
    int openMost() {
        return openMost.get();
    }

    CountDownLatch stuck() {
        return stuck;
    }

    void release() {
        released.countDown();
    }

    private Tap tap() {
        countOpen();
        return new Held(connections.incrementAndGet() == slow ? after : Long.MAX_VALUE);
    }

    /** That a connection was closed is seen here a moment later than the next one. */
    private void countOpen() {
        long until = System.nanoTime() + CLOSING_MAX_NANOS;
        while (proxy.open() > Math.max(1, openMost.get()) && System.nanoTime() < until) {
            LockSupport.parkNanos(5_000_000);
        }
        openMost.accumulateAndGet(proxy.open(), Math::max);
    }

    private final class Held implements Tap {
        private long left;

        private Held(long free) {
            left = free;
        }

        @Override
        public Verdict asked(byte[] bytes, int length) {
            return Verdict.PASS;
        }

        @Override
        public Verdict answered(byte[] bytes, int length) throws IOException {
            if (left < length) {
                stuck.countDown();
                try {
                    released.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException();
                }
                left = Long.MAX_VALUE;
            }
            left -= length;
            return Verdict.PASS;
        }
    }

    @Override
    public void close() {
        released.countDown();
        proxy.close();
    }
}
