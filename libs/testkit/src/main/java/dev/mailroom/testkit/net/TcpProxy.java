package dev.mailroom.testkit.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a server on this machine and cuts connections. Safe for use by many threads. */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int CONNECT_MAX_MILLIS = 5_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final ServerSocket listener;
    private final int serverPort;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final AtomicLong answerBytesLeft = new AtomicLong(NEVER);
    private final AtomicInteger connections = new AtomicInteger();

    private record Pair(Socket client, Socket server) {
        void cut() {
            reset(client);
            reset(server);
        }

        private static void reset(Socket socket) {
            try {
                // As a link that breaks: no good-bye, and what was on its way is lost.
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException gone) {
                // It is closed already, which is what was asked for.
                return;
            }
        }
    }

    private TcpProxy(ServerSocket listener, int serverPort) {
        this.listener = listener;
        this.serverPort = serverPort;
    }

    /** Begins to listen on a free port of the loopback interface. */
    public static TcpProxy before(int serverPort) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        TcpProxy proxy = new TcpProxy(listener, serverPort);
        Thread.ofVirtual().name("tcp-proxy").start(proxy::accept);
        return proxy;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Connections since the start. */
    public int connections() {
        return connections.get();
    }

    /** Cuts every connection that is open. */
    public void cut() {
        answerBytesLeft.set(NEVER);
        pairs.forEach(Pair::cut);
        pairs.clear();
    }

    /** Cuts every connection when the server has said this many bytes more, on all of them together. */
    public void cutAfter(long bytes) {
        answerBytesLeft.set(bytes);
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException gone) {
            // Nobody can connect any more either way.
            pairs.forEach(Pair::cut);
        }
        cut();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        Socket server = new Socket();
        Pair pair = new Pair(client, server);
        pairs.add(pair);
        connections.incrementAndGet();
        try {
            server.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), serverPort), CONNECT_MAX_MILLIS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread asking = Thread.ofVirtual().start(() -> pump(pair, client, server, false));
            pump(pair, server, client, true);
            asking.join();
        } catch (IOException noServer) {
            pair.cut();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            pair.cut();
            pairs.remove(pair);
        }
    }

    private void pump(Pair pair, Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read = in.read(buffer);
            while (read >= 0) {
                long left = answers ? answerBytesLeft.get() : NEVER;
                if (left != NEVER && answerBytesLeft.addAndGet(-read) <= 0) {
                    out.write(buffer, 0, (int) Math.clamp(left, 0, read));
                    cut();
                    return;
                }
                out.write(buffer, 0, read);
                read = in.read(buffer);
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            pair.cut();
        }
    }
}
