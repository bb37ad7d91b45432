package dev.mailroom.testkit.net;

import dev.mailroom.testkit.tls.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Listens with TLS on 127.0.0.1 and a free port, and serves each client in a thread of its own. Safe for use by many threads. */
public final class TlsListener implements AutoCloseable {
    /** Talks with one client until either has enough. */
    @FunctionalInterface
    public interface Dialogue {
        /** @throws IOException if the client has left */
        void run(SSLSocket client) throws IOException;
    }

    private final ServerSocket listener;
    private final SSLContext tls;
    private final Dialogue dialogue;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private TlsListener(ServerSocket listener, SSLContext tls, Dialogue dialogue) {
        this.listener = listener;
        this.tls = tls;
        this.dialogue = dialogue;
    }

    /**
     * Begins to listen.
     *
     * @param backlog clients that may wait to be accepted
     */
    public static TlsListener start(ServerCertificate certificate, int backlog, Dialogue dialogue) throws IOException {
        TlsListener started = new TlsListener(
                new ServerSocket(0, backlog, InetAddress.ofLiteral("127.0.0.1")),
                certificate.serverContext(),
                dialogue);
        Thread.ofVirtual().name("tls-listener").start(started::accept);
        return started;
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                // As servers do: else an answer of two pieces waits 40 ms for an acknowledgement that is delayed.
                socket.setTcpNoDelay(true);
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket raw) {
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(raw, null, raw.getPort(), true)) {
            socket.setUseClientMode(false);
            socket.startHandshake();
            dialogue.run(socket);
        } catch (IOException gone) {
            // The client has left.
            return;
        } finally {
            open.remove(raw);
        }
    }

    /** Lets nobody in any more, and every client go. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
