package dev.mailroom.testkit.smtp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The server's side of one connection. */
final class SmtpDialogue {
    private static final long DRIP_NANOS = 50_000_000;

    private final ScriptedSmtpServer server;
    private final int number;
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private boolean secured;
    private @Nullable String user;
    private String from = "";
    private String mailCommand = "";
    private final List<String> recipients = new ArrayList<>();

    SmtpDialogue(ScriptedSmtpServer server, Socket socket, int number) throws IOException {
        this.server = server;
        this.socket = socket;
        this.number = number;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    void run() throws IOException {
        if (strikes(SmtpStep.CONNECT)) {
            return;
        }
        if (server.mode() == ScriptedSmtpServer.Mode.TLS) {
            secure();
        }
        if (!answer(SmtpStep.GREETING, "220 scripted.test ESMTP")) {
            return;
        }
        String line = readLine();
        while (line != null && obey(line)) {
            line = readLine();
        }
    }

    /** @return false when the connection is over */
    private boolean obey(String line) throws IOException {
        String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        server.said(verb.equals("AUTH") ? "AUTH ***" : line);
        return switch (verb) {
            case "EHLO" -> ehlo();
            case "STARTTLS" -> startTls();
            case "AUTH" -> auth(line);
            case "MAIL" -> mail(line);
            case "RCPT" -> rcpt(line);
            case "DATA" -> data();
            case "QUIT" -> {
                answer(SmtpStep.QUIT, "221 2.0.0 bye");
                yield false;
            }
            case "RSET", "NOOP" -> {
                send("250 2.0.0 ok");
                yield true;
            }
            default -> {
                send("500 5.5.1 what?");
                yield true;
            }
        };
    }

    private boolean ehlo() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("scripted.test");
        lines.addAll(server.ehloLines(secured));
        String[] reply = new String[lines.size()];
        for (int i = 0; i < reply.length; i++) {
            reply[i] = (i == reply.length - 1 ? "250 " : "250-") + lines.get(i);
        }
        return answer(SmtpStep.EHLO, reply);
    }

    private boolean startTls() throws IOException {
        if (!answer(SmtpStep.STARTTLS, "220 2.0.0 go")) {
            return false;
        }
        secure();
        return true;
    }

    private boolean auth(String line) throws IOException {
        String[] words = line.split(" ");
        String name;
        String password;
        if (words[1].equalsIgnoreCase("PLAIN")) {
            String initial = words.length > 2 ? words[2] : prompt("");
            String[] parts = decode(initial).split("\0", -1);
            name = parts[1];
            password = parts[2];
        } else {
            name = decode(prompt("Username:"));
            password = decode(prompt("Password:"));
        }
        if (!server.knows(name, password)) {
            send("535 5.7.8 authentication failed");
            return true;
        }
        if (!answer(SmtpStep.AUTH, "235 2.7.0 welcome")) {
            return false;
        }
        user = name;
        return true;
    }

    private boolean mail(String line) throws IOException {
        if (user == null) {
            send("530 5.7.0 authentication required");
            return true;
        }
        from = path(line);
        mailCommand = line;
        recipients.clear();
        return answer(SmtpStep.MAIL, "250 2.1.0 ok");
    }

    private boolean rcpt(String line) throws IOException {
        String recipient = path(line);
        String reply = server.replyTo(recipient);
        if (reply.startsWith("2")) {
            recipients.add(recipient);
        }
        return answer(SmtpStep.RCPT, reply);
    }

    private boolean data() throws IOException {
        if (!answer(SmtpStep.DATA, "354 go ahead")) {
            return false;
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        boolean first = true;
        while (true) {
            byte[] line = readRawLine();
            if (line == null) {
                return false;
            }
            if (line.length == 3 && line[0] == '.') {
                break;
            }
            int skip = line[0] == '.' ? 1 : 0;
            message.write(line, skip, line.length - skip);
            if (first && strikes(SmtpStep.BODY)) {
                return false;
            }
            first = false;
        }
        server.dotRead();
        SmtpFault refusal = server.faultAt(SmtpStep.BEFORE_ACCEPTANCE);
        if (refusal != null) {
            return perform(refusal, "451 4.3.0 later");
        }
        server.take(new AcceptedMail(
                number, user == null ? "" : user, from, recipients, message.toByteArray(), mailCommand));
        return answer(SmtpStep.AFTER_ACCEPTANCE, "250 2.0.0 queued as " + number);
    }

    private String prompt(String words) throws IOException {
        send("334 " + Base64.getEncoder().encodeToString(words.getBytes(StandardCharsets.UTF_8)));
        String line = readLine();
        if (line == null) {
            throw new IOException("the client left in AUTH");
        }
        return line;
    }

    /** @return whether a fault ended the connection here */
    private boolean strikes(SmtpStep step) throws IOException {
        SmtpFault fault = server.faultAt(step);
        return fault != null && !perform(fault);
    }

    /** Sends the lines, or does what a test planned in their place. */
    private boolean answer(SmtpStep step, String... lines) throws IOException {
        SmtpFault fault = server.faultAt(step);
        if (fault == null) {
            send(lines);
            return true;
        }
        return perform(fault, lines);
    }

    private boolean perform(SmtpFault fault, String... right) throws IOException {
        return switch (fault) {
            case SmtpFault.Drop() -> false;
            case SmtpFault.Hang() -> {
                while (in.read() >= 0) {
                    // Takes what comes and says nothing.
                    continue;
                }
                yield false;
            }
            case SmtpFault.Reply(String[] lines) -> {
                send(lines);
                yield !lines[0].startsWith("421");
            }
            case SmtpFault.Inject(String line) -> {
                out.write((String.join("\r\n", right) + "\r\n" + line + "\r\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                yield true;
            }
            case SmtpFault.FloodLine() -> flood("250-" + "x".repeat(1_000));
            case SmtpFault.FloodLines() -> flood("250-x\r\n".repeat(200));
            case SmtpFault.Drip() -> {
                while (!server.closed()) {
                    out.write('2');
                    out.flush();
                    LockSupport.parkNanos(DRIP_NANOS);
                }
                yield false;
            }
        };
    }

    private boolean flood(String piece) throws IOException {
        byte[] bytes = piece.getBytes(StandardCharsets.US_ASCII);
        while (!server.closed()) {
            out.write(bytes);
        }
        return false;
    }

    private void secure() throws IOException {
        SSLSocket layered =
                (SSLSocket) server.tls().getSocketFactory().createSocket(socket, null, socket.getPort(), true);
        layered.setUseClientMode(false);
        layered.startHandshake();
        socket = layered;
        in = new BufferedInputStream(layered.getInputStream());
        out = layered.getOutputStream();
        secured = true;
    }

    private void send(String... lines) throws IOException {
        out.write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private @Nullable String readLine() throws IOException {
        byte[] line = readRawLine();
        return line == null ? null : new String(line, StandardCharsets.UTF_8).stripTrailing();
    }

    /** A line with its CRLF; only CRLF ends one. */
    private byte @Nullable [] readRawLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int last = -1;
        while (true) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            line.write(b);
            if (b == '\n' && last == '\r') {
                return line.toByteArray();
            }
            last = b;
        }
    }

    private static String path(String line) {
        int open = line.indexOf('<');
        int close = line.indexOf('>', open);
        return open < 0 || close < 0 ? "" : line.substring(open + 1, close);
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
