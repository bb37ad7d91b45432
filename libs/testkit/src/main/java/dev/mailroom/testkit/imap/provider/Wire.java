package dev.mailroom.testkit.imap.provider;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of one connection, one character for each byte. Writing is safe for two threads. */
final class Wire {
    private final InputStream in;
    private final OutputStream out;

    Wire(Socket socket) throws IOException {
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Sends lines at once. */
    synchronized void send(Iterable<String> lines) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String line : lines) {
            all.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        out.write(all.toByteArray());
        out.flush();
    }

    void send(String line) throws IOException {
        send(java.util.List.of(line));
    }

    /** A command with its literals; null when the client has gone. */
    @Nullable
    String readCommand() throws IOException {
        StringBuilder command = new StringBuilder();
        while (true) {
            String line = readLine();
            if (line == null) {
                return null;
            }
            command.append(line);
            int open = line.endsWith("}") ? line.lastIndexOf('{') : -1;
            if (open < 0) {
                return command.toString();
            }
            String size = line.substring(open + 1, line.length() - 1);
            if (!size.endsWith("+")) {
                send("+ go on");
            }
            byte[] literal = in.readNBytes(Integer.parseInt(size.replace("+", "")));
            command.append("\r\n").append(new String(literal, StandardCharsets.ISO_8859_1));
        }
    }

    /** Null when the client has gone. */
    @Nullable
    String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) >= 0 && b != '\n') {
            if (b != '\r') {
                line.write(b);
            }
        }
        return b < 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
    }
}
