package dev.mailroom.testkit.smtp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A submission server on 127.0.0.1 and a free port, each connection on a virtual thread. Thread safe. */
public final class ScriptedSmtpServer implements AutoCloseable {
    /** How the server becomes encrypted. */
    public enum Mode {
        TLS,
        STARTTLS
    }

    private final ServerSocket listener;
    private final Mode mode;
    private final SSLContext tls;
    private final Map<SmtpStep, Planned> faults = new EnumMap<>(SmtpStep.class);
    private final Map<String, String> recipientReplies = new ConcurrentHashMap<>();
    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    private final List<AcceptedMail> accepted = new CopyOnWriteArrayList<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger dots = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private volatile List<String> extensions = List.of("SIZE 26214400", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES");
    private volatile List<String> mechanisms = List.of("PLAIN", "LOGIN");
    private volatile boolean closed;

    private ScriptedSmtpServer(ServerSocket listener, Mode mode, SSLContext tls) {
        this.listener = listener;
        this.mode = mode;
        this.tls = tls;
    }

    /** Starts a server that takes mail from anybody who logs in with a password that {@link #user} named, or with any if none was. */
    public static ScriptedSmtpServer start(Mode mode, SSLContext tls) {
        try {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            ScriptedSmtpServer server = new ScriptedSmtpServer(listener, mode, tls);
            Thread.ofVirtual().name("scripted-smtp").start(server::listen);
            return server;
        } catch (IOException e) {
            throw new IllegalStateException("the scripted SMTP server cannot listen on loopback", e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** From now on this user needs this password. */
    public ScriptedSmtpServer user(String name, String password) {
        passwords.put(name, password);
        return this;
    }

    /** What EHLO lists besides AUTH and STARTTLS. */
    public ScriptedSmtpServer extensions(String... lines) {
        extensions = List.of(lines);
        return this;
    }

    /** The mechanisms that AUTH lists; none takes AUTH away. */
    public ScriptedSmtpServer mechanisms(String... names) {
        mechanisms = List.of(names);
        return this;
    }

    /** Every time at this step, until {@link #heal()}. */
    public ScriptedSmtpServer always(SmtpStep step, SmtpFault fault) {
        return times(Integer.MAX_VALUE, step, fault);
    }

    /** The next time at this step only. */
    public ScriptedSmtpServer once(SmtpStep step, SmtpFault fault) {
        return times(1, step, fault);
    }

    /** The next n times at this step. */
    public ScriptedSmtpServer times(int n, SmtpStep step, SmtpFault fault) {
        synchronized (faults) {
            faults.put(step, new Planned(fault, n));
        }
        return this;
    }

    /** Answers RCPT for this address with this line. */
    public ScriptedSmtpServer recipient(String address, String reply) {
        recipientReplies.put(address, reply);
        return this;
    }

    /** Behaves from now on. */
    public ScriptedSmtpServer heal() {
        synchronized (faults) {
            faults.clear();
        }
        recipientReplies.clear();
        return this;
    }

    /** Messages that the server took responsibility for, whether or not the client heard of it. */
    public List<AcceptedMail> accepted() {
        return List.copyOf(accepted);
    }

    /** Every line that a client sent outside of a message, credentials as stars. */
    public List<String> commands() {
        return List.copyOf(commands);
    }

    /** TCP connections taken so far. */
    public int connections() {
        return connections.get();
    }

    /** Connections that were open at the same time, at most. */
    public int mostOpen() {
        return mostOpen.get();
    }

    /** Final dots read so far. */
    public int dots() {
        return dots.get();
    }

    /** Forgets what was taken and said; faults stay. */
    public void forget() {
        accepted.clear();
        commands.clear();
        connections.set(0);
        dots.set(0);
        mostOpen.set(0);
    }

    @Override
    public void close() {
        closed = true;
        closeQuietly(listener::close);
        open.forEach(socket -> closeQuietly(socket::close));
    }

    Mode mode() {
        return mode;
    }

    SSLContext tls() {
        return tls;
    }

    boolean closed() {
        return closed;
    }

    @Nullable
    SmtpFault faultAt(SmtpStep step) {
        synchronized (faults) {
            Planned planned = faults.get(step);
            if (planned == null) {
                return null;
            }
            if (planned.times == 1) {
                faults.remove(step);
            } else {
                faults.put(step, new Planned(planned.fault, planned.times - 1));
            }
            return planned.fault;
        }
    }

    String replyTo(String recipient) {
        return recipientReplies.getOrDefault(recipient, "250 2.1.5 ok");
    }

    boolean knows(String user, String password) {
        return passwords.isEmpty() || password.equals(passwords.get(user));
    }

    List<String> ehloLines(boolean secured) {
        List<String> lines = new ArrayList<>(extensions);
        if (mode == Mode.STARTTLS && !secured) {
            lines.add("STARTTLS");
        } else if (!mechanisms.isEmpty()) {
            lines.add("AUTH " + String.join(" ", mechanisms));
        }
        return lines;
    }

    void said(String command) {
        commands.add(command);
    }

    void dotRead() {
        dots.incrementAndGet();
    }

    void take(AcceptedMail mail) {
        accepted.add(mail);
    }

    private void listen() {
        while (!closed) {
            try {
                Socket socket = listener.accept();
                int number = connections.incrementAndGet();
                open.add(socket);
                mostOpen.accumulateAndGet(open.size(), Math::max);
                Thread.ofVirtual().name("scripted-smtp-" + number).start(() -> serve(socket, number));
            } catch (IOException e) {
                if (!closed) {
                    throw new IllegalStateException("the scripted SMTP server stopped listening", e);
                }
            }
        }
    }

    private void serve(Socket socket, int number) {
        try {
            new SmtpDialogue(this, socket, number).run();
        } catch (IOException clientGone) {
            // The way a test ends a dialogue: nothing to report.
            said("(connection " + number + " lost)");
        } finally {
            open.remove(socket);
            closeQuietly(socket::close);
        }
    }

    private interface Closing {
        void close() throws IOException;
    }

    private static void closeQuietly(Closing closing) {
        try {
            closing.close();
        } catch (IOException alreadyGone) {
            // It is of no use either way.
            return;
        }
    }

    private record Planned(SmtpFault fault, int times) {}
}
