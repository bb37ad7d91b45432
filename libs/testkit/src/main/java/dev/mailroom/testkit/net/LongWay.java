package dev.mailroom.testkit.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a server as if it were far away: every byte arrives later by half of a round trip, and as many as there are may be on the way.
 * {@link TcpProxy} is a link that is bad: what it slows waits for what is before it, so that many bytes take many delays.
 */
public final class LongWay implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerSocket listener = new ServerSocket();
    private final int serverPort;
    private final long oneWayNanos;
    private final AtomicInteger roundTrips = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** @param roundTrip zero for a server that is near, of which the round trips alone are counted */
    public LongWay(int serverPort, Duration roundTrip) throws IOException {
        this.serverPort = serverPort;
        this.oneWayNanos = roundTrip.toNanos() / 2;
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How often a client said something after it had heard something, on all connections. */
    public int roundTrips() {
        return roundTrips.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.ofLiteral("127.0.0.1"), serverPort);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                AtomicBoolean heard = new AtomicBoolean(true);
                carry(client, server, () -> {
                    if (heard.getAndSet(false)) {
                        roundTrips.incrementAndGet();
                    }
                });
                carry(server, client, () -> heard.set(true));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** What is on the way; no bytes are the end. */
    private record Piece(byte[] bytes, long arrival) {}

    private void carry(Socket from, Socket to, Runnable sent) {
        BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> {
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                InputStream in = from.getInputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    sent.run();
                    onTheWay.add(new Piece(Arrays.copyOf(buffer, n), System.nanoTime() + oneWayNanos));
                }
            } catch (IOException gone) {
                // The end is told to the other side as any end is.
                onTheWay.add(new Piece(new byte[0], System.nanoTime() + oneWayNanos));
                return;
            }
            onTheWay.add(new Piece(new byte[0], System.nanoTime() + oneWayNanos));
        });
        Thread.ofVirtual().start(() -> {
            try (to) {
                OutputStream out = to.getOutputStream();
                for (Piece piece = onTheWay.take(); piece.bytes().length > 0; piece = onTheWay.take()) {
                    TimeUnit.NANOSECONDS.sleep(piece.arrival() - System.nanoTime());
                    out.write(piece.bytes());
                }
            } catch (IOException gone) {
                // The other side is closed with this one.
                return;
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
