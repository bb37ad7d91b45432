package dev.mailroom.testkit.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a server on this machine and is the network between: it cuts, holds and slows connections. Safe for use by many threads.
 *
 * <p>What is held is not lost: as on a link that drops packets for a while, it arrives when the link is {@link #release released}, and
 * until then neither side learns that the other one has gone.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int CONNECT_MAX_MILLIS = 5_000;
    private static final long NEVER = Long.MAX_VALUE;
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final int SLICES_PER_SECOND = 10;

    private static final Tap DEAF = new Tap() {
        @Override
        public Verdict asked(byte[] bytes, int length) {
            return Verdict.PASS;
        }

        @Override
        public Verdict answered(byte[] bytes, int length) {
            return Verdict.PASS;
        }
    };

    private final ServerSocket listener;
    private final Tap.Maker taps;
    private final @Nullable Encryption encryption;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final AtomicLong answerBytesLeft = new AtomicLong(NEVER);
    private final AtomicLong answerBytes = new AtomicLong();
    private final Queue<Long> connectedAt = new ConcurrentLinkedQueue<>();
    private volatile int serverPort;
    private volatile Pace pace = Pace.FULL;
    private volatile boolean held;

    /** What is said is encrypted on both sides and plain in between. */
    private record Encryption(SSLContext towardsClient, SSLContext towardsServer) {}

    /**
     * How fast what the server says arrives.
     *
     * @param delay before each piece of up to 16 KiB
     * @param bytesPerSecond of each connection
     */
    private record Pace(Duration delay, long bytesPerSecond) {
        private static final Pace FULL = new Pace(Duration.ZERO, NEVER);
    }

    private static final class Pair {
        private final Socket client;
        private final Socket server;
        private volatile boolean held;
        private volatile boolean closed;

        private Pair(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void cut() {
            closed = true;
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

    private TcpProxy(ServerSocket listener, int serverPort, Tap.Maker taps, @Nullable Encryption encryption) {
        this.listener = listener;
        this.serverPort = serverPort;
        this.taps = taps;
        this.encryption = encryption;
    }

    /** Begins to listen on a free port of the loopback interface. */
    public static TcpProxy before(int serverPort) throws IOException {
        return before(serverPort, mouth -> DEAF);
    }

    /** The same with somebody who hears what is said. */
    public static TcpProxy before(int serverPort, Tap.Maker taps) throws IOException {
        return start(serverPort, taps, null);
    }

    /**
     * The same before a server that speaks TLS from the first byte on.
     *
     * @param towardsClient shows the certificate that clients expect
     * @param towardsServer knows who has signed the server's certificate
     */
    public static TcpProxy beforeTls(int serverPort, SSLContext towardsClient, SSLContext towardsServer, Tap.Maker taps)
            throws IOException {
        return start(serverPort, taps, new Encryption(towardsClient, towardsServer));
    }

    private static TcpProxy start(int serverPort, Tap.Maker taps, @Nullable Encryption encryption) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        TcpProxy proxy = new TcpProxy(listener, serverPort, taps, encryption);
        Thread.ofVirtual().name("tcp-proxy").start(proxy::accept);
        return proxy;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** New connections go to another server from now on. */
    public void redirect(int toServerPort) {
        serverPort = toServerPort;
    }

    /** Connections since the start. */
    public int connections() {
        return connectedAt.size();
    }

    /** Connections that are open now. */
    public int open() {
        return pairs.size();
    }

    /** When each connection since the start began, by {@link System#nanoTime()}. */
    public List<Long> connectedAtNanos() {
        return List.copyOf(connectedAt);
    }

    /** What the server has said since the start, in bytes. */
    public long answerBytes() {
        return answerBytes.get();
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

    /** From now on nothing passes in either direction, new connections included, and nobody is told. */
    public void hold() {
        held = true;
    }

    /** The connections that are open are held; new ones pass. As a gateway that forgets what it knew. */
    public void holdOpenOnes() {
        pairs.forEach(pair -> pair.held = true);
    }

    /** What was held goes on. */
    public void release() {
        pairs.forEach(pair -> pair.held = false);
        held = false;
    }

    /** What the server says arrives this slowly. */
    public void slow(Duration delay, long bytesPerSecond) {
        pace = new Pace(delay, bytesPerSecond);
    }

    /** What the server says arrives at once. */
    public void fast() {
        pace = Pace.FULL;
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
        connectedAt.add(System.nanoTime());
        try {
            awaitFree(pair);
            server.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), serverPort), CONNECT_MAX_MILLIS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Socket towardsClient = encrypted(client, true);
            Socket towardsServer = encrypted(server, false);
            OutputStream toClient = towardsClient.getOutputStream();
            Tap tap = taps.tap(bytes -> {
                toClient.write(bytes);
                toClient.flush();
            });
            Thread asking = Thread.ofVirtual().start(() -> pump(pair, towardsClient, towardsServer, tap, false));
            pump(pair, towardsServer, towardsClient, tap, true);
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

    private Socket encrypted(Socket socket, boolean towardsClient) throws IOException {
        if (encryption == null) {
            return socket;
        }
        SSLContext context = towardsClient ? encryption.towardsClient() : encryption.towardsServer();
        SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(socket, "127.0.0.1", socket.getPort(), true);
        tls.setUseClientMode(!towardsClient);
        tls.startHandshake();
        return tls;
    }

    private void pump(Pair pair, Socket from, Socket to, Tap tap, boolean answers) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read = in.read(buffer);
            while (read >= 0) {
                awaitFree(pair);
                Tap.Verdict verdict = answers ? tap.answered(buffer, read) : tap.asked(buffer, read);
                if (verdict == Tap.Verdict.CUT || verdict == Tap.Verdict.END) {
                    end(pair, from, verdict);
                    return;
                }
                if (verdict == Tap.Verdict.PASS && !answers) {
                    out.write(buffer, 0, read);
                } else if (verdict == Tap.Verdict.PASS && !answer(pair, out, buffer, read)) {
                    return;
                }
                read = in.read(buffer);
            }
            awaitFree(pair);
            to.shutdownOutput();
        } catch (IOException broken) {
            cutWhenFree(pair);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(Pair pair, Socket heard, Tap.Verdict verdict) throws IOException {
        if (verdict == Tap.Verdict.END) {
            heard.shutdownOutput();
            heard.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
        pair.cut();
    }

    /** @return whether the connection lives on */
    private boolean answer(Pair pair, OutputStream out, byte[] buffer, int length)
            throws IOException, InterruptedException {
        answerBytes.addAndGet(length);
        long left = answerBytesLeft.get();
        if (left != NEVER && answerBytesLeft.addAndGet(-length) <= 0) {
            out.write(buffer, 0, (int) Math.clamp(left, 0, length));
            cut();
            return false;
        }
        int from = 0;
        Pace now = pace;
        await(pair, now, now.delay());
        while (from < length) {
            now = pace;
            int slice = now.bytesPerSecond() == NEVER
                    ? length - from
                    : (int) Math.min(length - from, Math.max(1, now.bytesPerSecond() / SLICES_PER_SECOND));
            out.write(buffer, from, slice);
            from += slice;
            if (now.bytesPerSecond() != NEVER) {
                await(pair, now, Duration.ofSeconds(1).multipliedBy(slice).dividedBy(now.bytesPerSecond()));
            }
        }
        return true;
    }

    /** Waits as long as the pace stays what it is. */
    private void await(Pair pair, Pace slow, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (!pair.closed && pace.equals(slow) && System.nanoTime() < end) {
            Thread.sleep(LOOK);
        }
    }

    private void awaitFree(Pair pair) throws InterruptedException {
        while ((held || pair.held) && !pair.closed) {
            Thread.sleep(LOOK);
        }
    }

    /** One side has gone: the other one is not told before the link is released. */
    private void cutWhenFree(Pair pair) {
        try {
            awaitFree(pair);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        pair.cut();
    }
}
