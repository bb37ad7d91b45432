package dev.mailroom.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The INBOX of one user of {@link CrowdImapServer}, with the session that has it open. */
final class CrowdMailbox {
    private static final Pattern UID_FETCH = Pattern.compile("UID FETCH ([0-9:,*]+) \\((.*)\\).*");
    private static final long UID_VALIDITY = 7;

    private final String user;
    private final Map<Integer, Long> toldAt = new ConcurrentHashMap<>();
    private int messages;
    private int told;
    private @Nullable Client waiting;

    CrowdMailbox(String user) {
        this.user = user;
    }

    /** The way to a client; what is said at once is sent at once. */
    static final class Client {
        private final OutputStream out;

        Client(OutputStream out) {
            this.out = out;
        }

        synchronized void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    synchronized boolean idling() {
        return waiting != null;
    }

    synchronized void deliver() throws IOException {
        messages++;
        tellIfWaiting();
    }

    synchronized int messages() {
        return messages;
    }

    /** When the client was told of a message in IDLE; null if it found it in another way. */
    @Nullable
    Long toldAtNanos(int message) {
        return toldAt.get(message);
    }

    synchronized void idle(Client client) throws IOException {
        client.send("+ idling\r\n");
        waiting = client;
        tellIfWaiting();
    }

    synchronized void endIdle() {
        waiting = null;
    }

    synchronized void leave(Client client) {
        if (waiting == client) {
            waiting = null;
        }
    }

    private void tellIfWaiting() throws IOException {
        if (waiting != null && told < messages) {
            for (int message = told + 1; message <= messages; message++) {
                toldAt.put(message, System.nanoTime());
            }
            told = messages;
            waiting.send("* " + messages + " EXISTS\r\n");
        }
    }

    synchronized void answer(Client client, String command) throws IOException {
        String word = command.toUpperCase(Locale.ROOT);
        if (word.startsWith("LIST")) {
            String status = word.contains("STATUS") ? status() : "";
            client.send("* LIST (\\HasNoChildren) \"/\" INBOX\r\n" + status);
        } else if (word.startsWith("STATUS")) {
            client.send(status());
        } else if (word.startsWith("SELECT")) {
            told = messages;
            client.send(
                    ("* FLAGS (\\Seen \\Deleted)\r\n* %d EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] flags\r\n"
                                    + "* OK [UIDVALIDITY %d] epoch\r\n* OK [UIDNEXT %d] next\r\n")
                            .formatted(messages, UID_VALIDITY, messages + 1));
        } else if (word.startsWith("UID SEARCH")) {
            StringBuilder found = new StringBuilder("* SEARCH");
            for (int uid = 1; uid <= messages; uid++) {
                found.append(' ').append(uid);
            }
            client.send(found.append("\r\n").toString());
        } else {
            Matcher fetch = UID_FETCH.matcher(word);
            if (fetch.matches()) {
                fetch(client, fetch.group(1), fetch.group(2));
            }
        }
    }

    private String status() {
        return "* STATUS INBOX (MESSAGES %d UNSEEN %d UIDNEXT %d UIDVALIDITY %d)\r\n"
                .formatted(messages, messages, messages + 1, UID_VALIDITY);
    }

    private void fetch(Client client, String uids, String items) throws IOException {
        StringBuilder answers = new StringBuilder();
        for (String range : uids.split(",")) {
            String[] ends = range.split(":");
            int first = number(ends[0]);
            int last = number(ends[ends.length - 1]);
            for (int uid = Math.min(first, last); uid <= Math.min(Math.max(first, last), messages); uid++) {
                answers.append(message(uid, items));
            }
        }
        client.send(answers.toString());
    }

    private int number(String text) {
        return text.equals("*") ? messages : Integer.parseInt(text);
    }

    private String message(int uid, String items) {
        String raw = """
                From: Ana Silva <ana@example.net>\r
                To: %1$s@example.com\r
                Subject: News number %2$d\r
                Date: Fri, 20 Nov 2026 10:00:00 +0000\r
                Message-ID: %3$s\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                \r
                %4$s\r
                """.formatted(user, uid, messageId(user, uid), "A line of text as people write it. ".repeat(40));
        String body = "";
        if (items.contains("BODY.PEEK[HEADER]")) {
            String header = raw.substring(0, raw.indexOf("\r\n\r\n") + 4);
            body = " BODY[HEADER] {" + header.length() + "}\r\n" + header;
        } else if (items.contains("BODY.PEEK[]")) {
            body = " BODY[] {" + raw.length() + "}\r\n" + raw;
        }
        return "* %d FETCH (UID %d FLAGS () INTERNALDATE \"20-Nov-2026 10:00:00 +0000\" RFC822.SIZE %d%s)\r\n"
                .formatted(uid, uid, raw.length(), body);
    }

    static String messageId(String user, int message) {
        return "<" + message + "." + user + "@crowd.example>";
    }
}
