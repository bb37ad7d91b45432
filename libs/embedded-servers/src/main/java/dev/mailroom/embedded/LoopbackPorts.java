package dev.mailroom.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** TCP ports of 127.0.0.1. */
public final class LoopbackPorts {

    // Below the ports that Linux (from 32768) and macOS (from 49152) give to outgoing connections, of which a busy
    // machine opens
    // thousands between the look at a port and its use.
    private static final int LOWEST = 20_000;
    private static final int COUNT = 12_000;
    private static final int LOOKS_MAX = 1_000;

    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private LoopbackPorts() {}

    /**
     * A port that is free now and that this process was not given before; another process may still take it before it is used, so
     * callers try again.
     */
    public static int free() {
        for (int look = 0; look < LOOKS_MAX; look++) {
            int port = LOWEST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new EmbeddedServerException("no free port on 127.0.0.1 among " + LOOKS_MAX + " from " + LOWEST);
    }

    /**
     * Checks that a port can be bound now.
     *
     * @param server who wants it, for the message
     * @throws PortTakenException if somebody listens there
     */
    public static void requireFree(String server, int port) {
        if (!isFree(port)) {
            throw new PortTakenException(server, port);
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            // As PostgreSQL and Kafka do: connections of an earlier run in TIME_WAIT do not count as taken.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(loopback(), port), 1);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }
}
