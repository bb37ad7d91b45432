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

/** The mail of one user of {@link CrowdImapServer}, with the session that has it open: an INBOX, and another folder. */
final class CrowdMailbox {
    static final String INBOX = "INBOX";
    static final String OTHER = "Projects";

    private static final Pattern UID_FETCH = Pattern.compile("UID FETCH ([0-9:,*]+) \\((.*)\\).*");
    private static final long UID_VALIDITY = 7;

    private final String user;
    private final Folder inbox = new Folder(INBOX);
    private final Folder other = new Folder(OTHER);
    private Folder selected = inbox;
    private boolean tellsOfAll;
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

    private static final class Folder {
        private final String name;
        private final Map<Integer, Long> toldAt = new ConcurrentHashMap<>();
        private int messages;
        private int told;

        private Folder(String name) {
            this.name = name;
        }

        private String counters(String items) {
            return "* STATUS %s (MESSAGES %d UIDNEXT %d UIDVALIDITY %d%s)\r\n"
                    .formatted(name, messages, messages + 1, UID_VALIDITY, items);
        }

        private void tell(Client client, String news) throws IOException {
            long now = System.nanoTime();
            for (int message = told + 1; message <= messages; message++) {
                toldAt.put(message, now);
            }
            told = messages;
            client.send(news);
        }
    }

    private Folder folder(String name) {
        return name.equals(OTHER) ? other : inbox;
    }

    synchronized boolean idling() {
        return waiting != null;
    }

    /** @return the number of the new message in its folder */
    synchronized int deliver(String folder) throws IOException {
        int number = ++folder(folder).messages;
        tellIfWaiting();
        return number;
    }

    /** When the client was told of a message in IDLE; null if it found it in another way. */
    @Nullable
    Long toldAtNanos(String folder, int message) {
        return folder(folder).toldAt.get(message);
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
            tellsOfAll = false;
        }
    }

    private void tellIfWaiting() throws IOException {
        Client client = waiting;
        if (client == null) {
            return;
        }
        if (selected.told < selected.messages) {
            selected.tell(client, "* " + selected.messages + " EXISTS\r\n");
        }
        Folder beside = selected == inbox ? other : inbox;
        if (tellsOfAll && beside.told < beside.messages) {
            beside.tell(client, beside.counters(""));
        }
    }

    synchronized void answer(Client client, String command) throws IOException {
        String word = command.toUpperCase(Locale.ROOT);
        if (word.startsWith("LIST")) {
            boolean counted = word.contains("STATUS");
            StringBuilder list = new StringBuilder();
            for (Folder folder : new Folder[] {inbox, other}) {
                list.append("* LIST (\\HasNoChildren) \"/\" ")
                        .append(folder.name)
                        .append("\r\n");
                list.append(counted ? folder.counters(" UNSEEN " + folder.messages) : "");
            }
            client.send(list.toString());
        } else if (word.startsWith("STATUS")) {
            Folder named = folder(command.split(" ")[1].replace("\"", ""));
            client.send(named.counters(" UNSEEN " + named.messages));
        } else if (word.startsWith("NOTIFY SET")) {
            tellsOfAll = true;
        } else if (word.startsWith("SELECT")) {
            select(client, folder(command.split(" ")[1].replace("\"", "")));
        } else if (word.startsWith("UID SEARCH")) {
            StringBuilder found = new StringBuilder("* SEARCH");
            for (int uid = 1; uid <= selected.messages; uid++) {
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

    private void select(Client client, Folder folder) throws IOException {
        selected = folder;
        folder.told = folder.messages;
        client.send(
                ("* FLAGS (\\Seen \\Deleted)\r\n* %d EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] flags\r\n"
                                + "* OK [UIDVALIDITY %d] epoch\r\n* OK [UIDNEXT %d] next\r\n")
                        .formatted(folder.messages, UID_VALIDITY, folder.messages + 1));
    }

    private void fetch(Client client, String uids, String items) throws IOException {
        StringBuilder answers = new StringBuilder();
        for (String range : uids.split(",")) {
            String[] ends = range.split(":");
            int first = number(ends[0]);
            int last = number(ends[ends.length - 1]);
            for (int uid = Math.min(first, last); uid <= Math.min(Math.max(first, last), selected.messages); uid++) {
                answers.append(message(uid, items));
            }
        }
        client.send(answers.toString());
    }

    private int number(String text) {
        return text.equals("*") ? selected.messages : Integer.parseInt(text);
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
                """.formatted(
                user, uid, messageId(user, selected.name, uid), "A line of text as people write it. ".repeat(40));
        String body = "";
        if (items.contains("BODY.PEEK[HEADER]")) {
            String header = raw.substring(0, raw.indexOf("\r\n\r\n") + 4);
            body = " BODY[HEADER] {" + header.length() + "}\r\n" + header;
        } else if (items.contains("BODY.PEEK[]")) {
            // What is asked for of it is always more than there is.
            body = " BODY[]" + (items.contains("BODY.PEEK[]<0.") ? "<0>" : "") + " {" + raw.length() + "}\r\n" + raw;
        }
        return "* %d FETCH (UID %d FLAGS () INTERNALDATE \"20-Nov-2026 10:00:00 +0000\" RFC822.SIZE %d%s)\r\n"
                .formatted(uid, uid, raw.length(), body);
    }

    static String messageId(String user, String folder, int message) {
        return "<" + message + "." + folder + "." + user + "@crowd.example>";
    }
}
