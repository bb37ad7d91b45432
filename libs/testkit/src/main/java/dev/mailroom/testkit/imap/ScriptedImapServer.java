package dev.mailroom.testkit.imap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A server on 127.0.0.1 and a free port that plays a script on each connection.
 *
 * <p>The n-th connection plays the n-th script, later ones the last. What the client said is kept.
 */
public final class ScriptedImapServer implements AutoCloseable {
    private final ServerSocket listener;
    private final @Nullable SSLContext tls;
    private final List<ImapScript> scripts;
    private final AtomicInteger connections = new AtomicInteger();
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private ScriptedImapServer(@Nullable SSLContext tls, List<ImapScript> scripts) {
        this.tls = tls;
        this.scripts = List.copyOf(scripts);
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("scripted-imap").start(this::accept);
    }

    /** Speaks plain text; a script may upgrade with {@link ScriptedImapConnection#startTls}. */
    public static ScriptedImapServer plain(ImapScript... scripts) {
        return new ScriptedImapServer(null, List.of(scripts));
    }

    /** Speaks TLS from the first byte. */
    public static ScriptedImapServer tls(SSLContext context, ImapScript... scripts) {
        return new ScriptedImapServer(context, List.of(scripts));
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** TCP connections so far, those that failed in TLS included. */
    public int connections() {
        return connections.get();
    }

    /** Every line of every client, in order, encrypted ones included. */
    public List<String> received() {
        return List.copyOf(received);
    }

    /** What went wrong in the scripts; a client that goes away is not a failure. */
    public List<Throwable> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        closeQuietly(listener);
        open.forEach(ScriptedImapServer::closeQuietly);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                int number = connections.getAndIncrement();
                ImapScript script = scripts.get(Math.min(number, scripts.size() - 1));
                Thread.ofVirtual().start(() -> play(socket, script));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void play(Socket socket, ImapScript script) {
        try (socket) {
            Socket talking = tls == null ? socket : secure(socket, tls);
            script.play(new ScriptedImapConnection(talking, received));
        } catch (IOException gone) {
            // The client, or the test, has closed the connection.
            return;
        } catch (Throwable failure) {
            failures.add(failure);
        } finally {
            open.remove(socket);
        }
    }

    private static Socket secure(Socket socket, SSLContext context) throws IOException {
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
        secured.setUseClientMode(false);
        try {
            secured.startHandshake();
        } catch (SSLException refused) {
            throw new IOException("the client refused the handshake", refused);
        }
        return secured;
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception alreadyGone) {
            // It is gone.
            return;
        }
    }
}
