package dev.mailroom.account.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Just enough of an IMAP server to log in to, on 127.0.0.1 and a free port, with the ways in which real ones refuse. */
public final class ImapServer implements AutoCloseable {
    /** How it becomes encrypted. */
    public enum Mode {
        TLS,
        STARTTLS,
        /** Plain text, and no STARTTLS to be had. */
        PLAIN
    }

    /** What it does instead of greeting. */
    public enum Greeting {
        OK,
        SILENCE,
        FLOOD
    }

    private final ServerSocket listener;
    private final Mode mode;
    private final SSLContext tls;
    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger logins = new AtomicInteger();
    private volatile Greeting greeting = Greeting.OK;
    private volatile String capabilities = "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE";
    private volatile String refusal = "NO [AUTHENTICATIONFAILED] secret banner text";
    private volatile boolean selectable = true;
    private final AtomicReference<@Nullable CountDownLatch> held = new AtomicReference<>();

    private ImapServer(ServerSocket listener, Mode mode, SSLContext tls) {
        this.listener = listener;
        this.mode = mode;
        this.tls = tls;
    }

    public static ImapServer start(Mode mode, Certificate certificate) {
        try {
            var server = new ImapServer(
                    new ServerSocket(0, 500, InetAddress.getLoopbackAddress()), mode, certificate.context());
            Thread.ofVirtual().start(server::listen);
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Log-ins that were tried. */
    public int logins() {
        return logins.get();
    }

    public ImapServer user(String name, String password) {
        passwords.put(name, password);
        return this;
    }

    public ImapServer greeting(Greeting value) {
        greeting = value;
        return this;
    }

    public ImapServer capabilities(String value) {
        capabilities = value;
        return this;
    }

    /** The answer to a wrong password, without its tag. */
    public ImapServer refusal(String value) {
        refusal = value;
        return this;
    }

    /** From now on nobody can open the inbox. */
    public ImapServer withoutInbox() {
        selectable = false;
        return this;
    }

    /** The next log-in is not answered before the latch is at zero; those after it are. */
    public CountDownLatch holdNextLogIn() {
        var latch = new CountDownLatch(1);
        held.set(latch);
        return latch;
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket plain) {
        try (plain) {
            if (mode == Mode.TLS) {
                try (SSLSocket secured = secure(plain)) {
                    talk(secured, true);
                }
            } else {
                talk(plain, false);
            }
        } catch (IOException e) {
            // The client went away, which is how most of these tests end.
            return;
        } finally {
            open.remove(plain);
        }
    }

    private SSLSocket secure(Socket plain) throws IOException {
        var secured = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
        secured.setUseClientMode(false);
        return secured;
    }

    private void talk(Socket socket, boolean secured) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        OutputStream out = socket.getOutputStream();
        switch (greeting) {
            case SILENCE -> {
                in.readLine();
                return;
            }
            case FLOOD -> {
                while (true) {
                    out.write("* OK never ends ".repeat(1_000).getBytes(StandardCharsets.US_ASCII));
                }
            }
            case OK -> say(out, "* OK secret banner text");
        }
        commands(socket, in, out, secured);
    }

    private void commands(Socket socket, BufferedReader in, OutputStream out, boolean secured) throws IOException {
        String line;
        while ((line = in.readLine()) != null) {
            String[] words = line.split(" ", 4);
            String tag = words[0];
            if (words.length < 2) {
                // The beginning of TLS where none is spoken.
                say(out, "* BAD what?");
                return;
            }
            switch (words[1].toUpperCase(Locale.ROOT)) {
                case "CAPABILITY" -> {
                    say(out, "* CAPABILITY " + offered(secured));
                    say(out, tag + " OK done");
                }
                case "STARTTLS" -> {
                    say(out, tag + " OK begin");
                    try (SSLSocket wrapped = secure(socket)) {
                        var reader = new BufferedReader(
                                new InputStreamReader(wrapped.getInputStream(), StandardCharsets.UTF_8));
                        commands(wrapped, reader, wrapped.getOutputStream(), true);
                    }
                    return;
                }
                case "AUTHENTICATE" -> say(out, tag + " " + (logIn(words[3]) ? "OK in" : refusal));
                case "SELECT" -> select(out, tag);
                case "LOGOUT" -> {
                    say(out, "* BYE");
                    say(out, tag + " OK");
                    return;
                }
                default -> say(out, tag + " OK done");
            }
        }
    }

    private String offered(boolean secured) {
        if (secured) {
            return capabilities;
        }
        return mode == Mode.STARTTLS ? "IMAP4rev1 STARTTLS LOGINDISABLED" : "IMAP4rev1 LOGINDISABLED";
    }

    private boolean logIn(String encoded) {
        CountDownLatch latch = held.getAndSet(null);
        logins.incrementAndGet();
        if (latch != null) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        String[] parts = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split("\0", -1);
        return parts[2].equals(passwords.get(parts[1]));
    }

    private void select(OutputStream out, String tag) throws IOException {
        if (!selectable) {
            say(out, tag + " NO secret banner text");
            return;
        }
        say(out, "* FLAGS (\\Seen)");
        say(out, "* 0 EXISTS");
        say(out, "* OK [UIDVALIDITY 1] ok");
        say(out, "* OK [UIDNEXT 1] ok");
        say(out, tag + " OK [READ-WRITE] done");
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
