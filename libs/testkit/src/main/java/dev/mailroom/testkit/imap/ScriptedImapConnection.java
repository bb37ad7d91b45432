package dev.mailroom.testkit.imap;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The server's side of one connection. Text is ISO 8859-1, one character for each byte. */
public final class ScriptedImapConnection {
    /** What {@link #logIn} offers after the log-in when a test does not care. */
    public static final String CAPABILITIES = "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE UIDPLUS MOVE LITERAL+";

    private final Queue<String> received;
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    ScriptedImapConnection(Socket socket, Queue<String> received) throws IOException {
        this.socket = socket;
        this.received = received;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Sends a line with its end. */
    public ScriptedImapConnection send(String line) throws IOException {
        return sendRaw(line + "\r\n");
    }

    /** Sends the text as it is. */
    public ScriptedImapConnection sendRaw(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return this;
    }

    /** The next line without its end; null when the client has gone. */
    public @Nullable String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) >= 0 && b != '\n') {
            if (b != '\r') {
                line.write(b);
            }
        }
        if (b < 0 && line.size() == 0) {
            return null;
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        received.add(text);
        return text;
    }

    /** Reads so many bytes of a literal. */
    public String readBytes(int count) throws IOException {
        return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads the next command.
     *
     * @param start of the command behind the tag; case does not matter
     * @return the tag
     * @throws AssertionError if it is another one
     */
    public String expect(String start) throws IOException {
        String line = readLine();
        int space = line == null ? -1 : line.indexOf(' ');
        if (line == null || space < 0 || !line.regionMatches(true, space + 1, start, 0, start.length())) {
            throw new AssertionError("expected " + start + ", but the client said " + line);
        }
        return line.substring(0, space);
    }

    /** Reads the next command and answers it with these untagged lines and OK. */
    public ScriptedImapConnection answer(String start, String... untagged) throws IOException {
        String tag = expect(start);
        for (String line : untagged) {
            send(line);
        }
        return send(tag + " OK done");
    }

    /** Greets, takes any password, and offers {@link #CAPABILITIES}. */
    public ScriptedImapConnection logIn() throws IOException {
        return logIn(CAPABILITIES);
    }

    /** Greets, takes any password, and offers these capabilities; AUTH=PLAIN and SASL-IR are added. */
    public ScriptedImapConnection logIn(String capabilities) throws IOException {
        String all = capabilities.contains("AUTH=PLAIN") ? capabilities : capabilities + " SASL-IR AUTH=PLAIN";
        send("* OK [CAPABILITY " + all + "] ready");
        String tag = expect("AUTHENTICATE PLAIN");
        return send(tag + " OK [CAPABILITY " + all + "] logged in");
    }

    /** Answers SELECT with so many messages. */
    public ScriptedImapConnection select(int messages) throws IOException {
        return answer(
                "SELECT",
                "* " + messages + " EXISTS",
                "* FLAGS (\\Seen \\Deleted)",
                "* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] flags",
                "* OK [UIDVALIDITY 7] epoch",
                "* OK [UIDNEXT " + (messages + 1) + "] next");
    }

    /** Becomes the server's side of TLS. */
    public void startTls(SSLContext context) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
        tls.setUseClientMode(false);
        tls.startHandshake();
        socket = tls;
        in = new BufferedInputStream(tls.getInputStream());
        out = tls.getOutputStream();
    }

    /** Says nothing until the client goes. */
    public void hang() throws IOException {
        while (readLine() != null) {
            // Whatever it says, there is no answer.
            continue;
        }
    }

    public void close() throws IOException {
        socket.close();
    }
}
