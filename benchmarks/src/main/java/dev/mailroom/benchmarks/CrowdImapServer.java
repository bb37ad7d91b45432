package dev.mailroom.benchmarks;

import dev.mailroom.testkit.tls.ServerCertificate;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An IMAP server over TLS that does so little for each session that the client is what is measured. Every user has an INBOX and
 * another folder of generated messages, which note the moment in which the client is told of each.
 */
final class CrowdImapServer implements AutoCloseable {
    private static final int BACKLOG = 1_000;
    private static final String CAPABILITIES =
            "IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ IDLE UIDPLUS LIST-EXTENDED LIST-STATUS SPECIAL-USE";

    private final String capabilities;
    private final ServerSocket listener;
    private final SSLContext tls;
    private final Map<String, CrowdMailbox> mailboxes = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Socket> open = new ConcurrentLinkedQueue<>();

    /** @param tellsOfAll whether it offers to tell of folders that are not selected (RFC 5465) */
    CrowdImapServer(ServerCertificate certificate, boolean tellsOfAll) throws IOException {
        capabilities = CAPABILITIES + (tellsOfAll ? " NOTIFY" : "");
        tls = certificate.serverContext();
        listener = new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Sessions that wait for news. */
    long idling() {
        return mailboxes.values().stream().filter(CrowdMailbox::idling).count();
    }

    /** The mail of a user. */
    CrowdMailbox mailOf(String user) {
        return mailbox(user);
    }

    private CrowdMailbox mailbox(String user) {
        return mailboxes.computeIfAbsent(user, CrowdMailbox::new);
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
            new Dialogue(socket).run();
        } catch (IOException gone) {
            // The client has left.
            return;
        } finally {
            open.remove(raw);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One session: a line is read, a line or more are answered. */
    private final class Dialogue {
        private static final int BUFFER_BYTES = 512;

        private final InputStream in;
        private final CrowdMailbox.Client client;
        private @Nullable CrowdMailbox mailbox;

        private Dialogue(SSLSocket socket) throws IOException {
            in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
            client = new CrowdMailbox.Client(socket.getOutputStream());
        }

        private void run() throws IOException {
            client.send("* OK [CAPABILITY " + capabilities + "] ready\r\n");
            try {
                String line = readLine();
                while (line != null && answer(line)) {
                    line = readLine();
                }
            } finally {
                if (mailbox != null) {
                    mailbox.leave(client);
                }
            }
        }

        private boolean answer(String line) throws IOException {
            int space = line.indexOf(' ');
            String tag = line.substring(0, Math.max(0, space));
            String command = line.substring(space + 1);
            if (command.startsWith("AUTHENTICATE PLAIN ")) {
                byte[] login = Base64.getDecoder().decode(command.substring(19));
                mailbox = mailbox(new String(login, StandardCharsets.UTF_8).split("\0")[1]);
                client.send(tag + " OK [CAPABILITY " + capabilities + "] logged in\r\n");
                return true;
            }
            CrowdMailbox own = mailbox;
            if (own == null || command.equals("LOGOUT")) {
                client.send("* BYE\r\n" + tag + " OK bye\r\n");
                return false;
            }
            if (command.equals("IDLE")) {
                own.idle(client);
                String done = readLine();
                own.endIdle();
                client.send(tag + " OK done\r\n");
                return done != null;
            }
            own.answer(client, command);
            client.send(tag + " OK done\r\n");
            return true;
        }

        private @Nullable String readLine() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(80);
            int b;
            while ((b = in.read()) >= 0 && b != '\n') {
                if (b != '\r') {
                    line.write(b);
                }
            }
            return b < 0 ? null : line.toString(StandardCharsets.UTF_8);
        }
    }
}
