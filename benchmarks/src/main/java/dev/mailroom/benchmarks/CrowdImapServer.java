package dev.mailroom.benchmarks;

import dev.mailroom.testkit.net.TlsListener;
import dev.mailroom.testkit.tls.ServerCertificate;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
    private final TlsListener listener;
    private final Map<String, CrowdMailbox> mailboxes = new ConcurrentHashMap<>();

    /** @param tellsOfAll whether it offers to tell of folders that are not selected (RFC 5465) */
    CrowdImapServer(ServerCertificate certificate, boolean tellsOfAll) throws IOException {
        capabilities = CAPABILITIES + (tellsOfAll ? " NOTIFY" : "");
        listener = TlsListener.start(certificate, BACKLOG, client -> new Dialogue(client).run());
    }

    int port() {
        return listener.port();
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

    @Override
    public void close() {
        try {
            listener.close();
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
