package dev.mailroom.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports of 127.0.0.1. */
public final class LoopbackPorts {

    private LoopbackPorts() {}

    /** A port that is free now; another process may take it before it is used, so callers try again. */
    public static int free() {
        try (var socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedServerException("no free port on 127.0.0.1: " + e.getMessage(), e);
        }
    }

    /**
     * Checks that a port can be bound now.
     *
     * @param server who wants it, for the message
     * @throws PortTakenException if somebody listens there
     */
    public static void requireFree(String server, int port) {
        try (var socket = new ServerSocket()) {
            // As PostgreSQL and Kafka do: connections of an earlier run in TIME_WAIT do not count as taken.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(loopback(), port), 1);
        } catch (IOException e) {
            throw new PortTakenException(server, port);
        }
    }

    static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }
}
