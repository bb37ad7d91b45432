package dev.mailroom.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Stands before a server and holds up what it says on one connection, after so many bytes, until it is told to let go. */
final class SlowLink implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final long CLOSING_MAX_NANOS = 300_000_000;

    private final ServerSocket listener = new ServerSocket();
    private final int serverPort;
    private final int slow;
    private final long after;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger openNow = new AtomicInteger();
    private final AtomicInteger openMost = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /**
     * Begins to listen.
     *
     * @param slow number of the connection that is held up, from 1
     * @param after bytes of the server that pass on it before
     */
    SlowLink(int serverPort, int slow, long after) throws IOException {
        this.serverPort = serverPort;
        this.slow = slow;
        this.after = after;
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
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

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.ofLiteral("127.0.0.1"), serverPort);
                sockets.add(client);
                sockets.add(server);
                count();
                boolean held = connections.incrementAndGet() == slow;
                Thread.ofVirtual().start(() -> {
                    pump(client, server, Long.MAX_VALUE);
                    openNow.decrementAndGet();
                });
                Thread.ofVirtual().start(() -> pump(server, client, held ? after : Long.MAX_VALUE));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** That a connection was closed is seen here a moment later than the next one. */
    private void count() {
        long until = System.nanoTime() + CLOSING_MAX_NANOS;
        while (openNow.get() >= openMost.get() && System.nanoTime() < until) {
            LockSupport.parkNanos(5_000_000);
        }
        openMost.accumulateAndGet(openNow.incrementAndGet(), Math::max);
    }

    private void pump(Socket from, Socket to, long free) {
        byte[] buffer = new byte[BUFFER_BYTES];
        long left = free;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (left < n) {
                    stuck.countDown();
                    released.await();
                    left = Long.MAX_VALUE;
                }
                left -= n;
                out.write(buffer, 0, n);
            }
        } catch (IOException gone) {
            // The other side is closed with this one.
            return;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        released.countDown();
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
