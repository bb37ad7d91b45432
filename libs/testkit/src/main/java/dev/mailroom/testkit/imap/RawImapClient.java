package dev.mailroom.testkit.imap;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another mail program, word by word: sends the commands that it is given and shows what the server says. It shares no code with what is
 * tested. Belongs to one thread.
 */
public final class RawImapClient implements AutoCloseable {
    private static final Pattern LITERAL = Pattern.compile("\\{(\\d+)}$");
    private static final int SILENCE_MAX_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private int tags;

    /** @param socket connected, and encrypted if the server wants that */
    public RawImapClient(Socket socket, String user, String password) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(SILENCE_MAX_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        line();
        run("LOGIN " + quoted(user) + " " + quoted(password));
    }

    /**
     * What a command brought.
     *
     * @param untagged lines without the line's end; a literal stands in the line where it came
     * @param tagged without the tag, for example {@code NO [NONEXISTENT] …}
     */
    public record Answer(List<String> untagged, String tagged) {
        public boolean isOk() {
            return tagged.startsWith("OK");
        }
    }

    /**
     * Sends a command that has to succeed.
     *
     * @return the untagged lines
     * @throws IOException if it is refused or the connection is lost
     */
    public List<String> run(String command) throws IOException {
        Answer answer = attempt(command);
        if (!answer.isOk()) {
            throw new IOException(command.replaceAll("^LOGIN.*", "LOGIN") + ": " + answer.tagged());
        }
        return answer.untagged();
    }

    /** Sends a command that may be refused. */
    public Answer attempt(String command) throws IOException {
        String tag = "r" + ++tags;
        send((tag + " " + command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return read(tag);
    }

    /** Delivers a message. */
    public void append(String mailbox, String flags, byte[] message) throws IOException {
        String tag = "r" + ++tags;
        send((tag + " APPEND " + quoted(mailbox) + " (" + flags + ") {" + message.length + "}\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        String go = line();
        while (!go.startsWith("+")) {
            if (go.startsWith(tag)) {
                throw new IOException("APPEND: " + go);
            }
            go = line();
        }
        send(message);
        send(new byte[] {'\r', '\n'});
        Answer answer = read(tag);
        if (!answer.isOk()) {
            throw new IOException("APPEND: " + answer.tagged());
        }
    }

    /** A string as commands take it. */
    public static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Answer read(String tag) throws IOException {
        List<String> untagged = new ArrayList<>();
        while (true) {
            String line = line();
            if (line.startsWith(tag + " ")) {
                return new Answer(List.copyOf(untagged), line.substring(tag.length() + 1));
            }
            untagged.add(line);
        }
    }

    private void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(part());
        Matcher literal = LITERAL.matcher(line);
        while (literal.find()) {
            byte[] content = in.readNBytes(Integer.parseInt(literal.group(1)));
            line.append(new String(content, StandardCharsets.ISO_8859_1)).append(part());
            literal = LITERAL.matcher(line);
        }
        return line.toString();
    }

    private String part() throws IOException {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        int read = in.read();
        while (read != '\n') {
            if (read < 0) {
                throw new IOException("the server closed the connection after: " + part);
            }
            if (read != '\r') {
                part.write(read);
            }
            read = in.read();
        }
        return part.toString(StandardCharsets.ISO_8859_1);
    }
}
