package dev.mailroom.sync;

import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.imap.RawImapClient;
import dev.mailroom.testkit.net.TcpProxy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * What another mail program, the server's administrator and the network do to a mailbox, drawn from a seed. It looks at the server only and
 * never at us, so that a seed does the same again as far as the server's numbers allow.
 */
final class RandomOperations implements AutoCloseable {
    /** The longest pause between two operations: long enough for a look of ours in between, now and then. */
    private static final int PAUSE_MAX_MILLIS = 250;

    private static final int FOLDERS_MAX = 8;
    private static final List<String> FLAGS = List.of("\\Seen", "\\Flagged", "\\Answered", "$Forwarded");

    private final Random random;
    private final DovecotServer server;
    private final String user;
    private final Connection connection;
    private RawImapClient client;
    private final TcpProxy network;
    private final List<String> done = new ArrayList<>();
    private final List<String> own = new ArrayList<>();
    private int serial;

    /** Opens a connection of the other program. */
    @FunctionalInterface
    interface Connection {
        RawImapClient open() throws IOException;
    }

    RandomOperations(long seed, DovecotServer server, String user, Connection connection, TcpProxy network)
            throws IOException {
        this.random = new Random(seed);
        this.server = server;
        this.user = user;
        this.connection = connection;
        this.client = connection.open();
        this.network = network;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /** What was done so far, a line each. */
    List<String> done() {
        return List.copyOf(done);
    }

    boolean draw() {
        return random.nextBoolean();
    }

    /** Folders with mail in them, before anybody looks. */
    void furnish(int messages) throws Exception {
        create();
        create();
        for (int i = 0; i < messages; i++) {
            append();
        }
    }

    /** Does so many, and lets the team give a command now and then. */
    void run(int operations, RandomCommands team) throws Exception {
        for (int i = 0; i < operations; i++) {
            try {
                if (random.nextInt(12) == 0) {
                    note(team.ask(random));
                } else {
                    one();
                }
            } catch (IOException ended) {
                // Dovecot ends sessions whose mailbox was renumbered or renamed under them; what is refused since is of
                // no interest.
                note("ended: " + ended.getMessage());
                client.close();
                client = connection.open();
            }
            if (random.nextInt(3) == 0) {
                LockSupport.parkNanos(random.nextInt(PAUSE_MAX_MILLIS) * 1_000_000L);
            }
        }
    }

    private void one() throws Exception {
        int dice = random.nextInt(100);
        if (dice < 24) {
            append();
        } else if (dice < 38) {
            move(some());
        } else if (dice < 46) {
            copy();
        } else if (dice < 60) {
            flag();
        } else if (dice < 68) {
            delete(some());
        } else if (dice < 72) {
            thereAndBack();
        } else if (dice < 74) {
            move("1:*");
        } else if (dice < 76) {
            delete("1:*");
        } else if (dice < 79) {
            create();
        } else if (dice < 82) {
            rename();
        } else if (dice < 84) {
            drop();
        } else if (dice < 86) {
            replace();
        } else if (dice < 88) {
            swap();
        } else if (dice < 91) {
            renumber();
        } else if (dice < 96) {
            cut();
        } else {
            cutLater();
        }
    }

    private void note(String what) {
        done.add(what);
    }

    private String anyFolder() {
        List<String> all = new ArrayList<>(List.of("INBOX", "INBOX", "INBOX", "Archive", "Trash", "Sent", "Drafts"));
        all.addAll(own);
        all.addAll(own);
        return all.get(random.nextInt(all.size()));
    }

    private void append() throws IOException {
        String folder = anyFolder();
        int number = serial++;
        String flags = random.nextInt(3) == 0 ? FLAGS.get(random.nextInt(FLAGS.size())) : "";
        client.append(folder, flags, mail(number));
        note("append " + number + " to " + folder + " " + flags);
        if (random.nextInt(12) == 0) {
            String second = anyFolder();
            client.append(second, "", mail(number));
            note("append " + number + " again to " + second);
        }
    }

    private byte[] mail(int number) {
        String references = number > 0 && number % 3 == 0 ? "References: <" + id(number - 1) + ">\n" : "";
        return Scene.mail(id(number), "Canary " + number, references, "Canary " + number);
    }

    private String id(int number) {
        return "canary-" + number + "-" + user + "@example.net";
    }

    /** UIDs of a folder with mail, or nothing. */
    private List<Long> select(String folder) throws IOException {
        client.run("SELECT " + RawImapClient.quoted(folder));
        return client.run("UID SEARCH ALL").stream()
                .filter(line -> line.startsWith("* SEARCH"))
                .flatMap(line -> List.of(line.substring(8).strip().split(" ")).stream())
                .filter(word -> !word.isEmpty())
                .map(Long::valueOf)
                .toList();
    }

    private String some() {
        return "some";
    }

    /** Selects a folder that has mail; null if none was found. */
    private @org.jspecify.annotations.Nullable Chosen choose(String which) throws IOException {
        for (int i = 0; i < 4; i++) {
            String folder = anyFolder();
            List<Long> uids = new ArrayList<>(select(folder));
            if (uids.isEmpty()) {
                continue;
            }
            if (which.equals("1:*")) {
                return new Chosen(folder, which);
            }
            java.util.Collections.shuffle(uids, random);
            List<Long> chosen = uids.subList(0, Math.min(uids.size(), 1 + random.nextInt(3)));
            return new Chosen(folder, chosen.stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        return null;
    }

    private record Chosen(String folder, String uids) {}

    private void move(String which) throws IOException {
        Chosen chosen = choose(which);
        String target = anyFolder();
        if (chosen != null && !target.equals(chosen.folder())) {
            client.run("UID MOVE " + chosen.uids() + " " + RawImapClient.quoted(target));
            note("move " + chosen + " to " + target);
        }
    }

    private void thereAndBack() throws IOException {
        Chosen chosen = choose(some());
        String target = anyFolder();
        if (chosen == null || target.equals(chosen.folder())) {
            return;
        }
        String moved =
                client.attempt("UID MOVE " + chosen.uids() + " " + RawImapClient.quoted(target)).untagged().stream()
                        .filter(line -> line.contains("COPYUID"))
                        .findFirst()
                        .orElse("");
        if (random.nextBoolean()) {
            LockSupport.parkNanos(random.nextInt(PAUSE_MAX_MILLIS) * 1_000_000L);
        }
        String back = moved.replaceAll(".*COPYUID \\d+ \\S+ (\\S+)].*", "$1");
        if (back.matches("[0-9:,]+")) {
            client.run("SELECT " + RawImapClient.quoted(target));
            client.run("UID MOVE " + back + " " + RawImapClient.quoted(chosen.folder()));
            note("move " + chosen + " to " + target + " and back");
        }
    }

    private void copy() throws IOException {
        Chosen chosen = choose(some());
        String target = anyFolder();
        if (chosen != null) {
            client.run("UID COPY " + chosen.uids() + " " + RawImapClient.quoted(target));
            note("copy " + chosen + " to " + target);
        }
    }

    private void flag() throws IOException {
        Chosen chosen = choose(random.nextInt(6) == 0 ? "1:*" : some());
        if (chosen != null) {
            String change =
                    (random.nextInt(3) == 0 ? "-" : "+") + "FLAGS (" + FLAGS.get(random.nextInt(FLAGS.size())) + ")";
            client.run("UID STORE " + chosen.uids() + " " + change);
            note("flag " + chosen + " " + change);
        }
    }

    private void delete(String which) throws IOException {
        Chosen chosen = choose(which);
        if (chosen == null) {
            return;
        }
        client.run("UID STORE " + chosen.uids() + " +FLAGS (\\Deleted)");
        if (random.nextInt(4) == 0) {
            LockSupport.parkNanos(random.nextInt(PAUSE_MAX_MILLIS) * 1_000_000L);
        }
        client.run("UID EXPUNGE " + chosen.uids());
        note("delete " + chosen);
    }

    private void create() throws IOException {
        if (own.size() < FOLDERS_MAX) {
            String name = own.isEmpty() || random.nextBoolean()
                    ? "Folder " + serial++
                    : own.get(random.nextInt(own.size())) + "/Sub " + serial++;
            client.run("CREATE " + RawImapClient.quoted(name));
            own.add(name);
            note("create " + name);
        }
    }

    private void rename() throws IOException {
        if (!own.isEmpty()) {
            renameTo(own.get(random.nextInt(own.size())), "Renamed " + serial++);
        }
    }

    private void renameTo(String from, String to) throws IOException {
        client.attempt("CLOSE");
        client.run("RENAME " + RawImapClient.quoted(from) + " " + RawImapClient.quoted(to));
        own.replaceAll(
                name -> name.equals(from) || name.startsWith(from + "/") ? to + name.substring(from.length()) : name);
        note("rename " + from + " to " + to);
    }

    private void drop() throws IOException {
        if (own.size() > 1) {
            dropOne(own.get(random.nextInt(own.size())));
        }
    }

    private void dropOne(String name) throws IOException {
        client.attempt("CLOSE");
        client.run("DELETE " + RawImapClient.quoted(name));
        own.remove(name);
        note("drop " + name);
    }

    /** Another folder under the name of one that is gone. */
    private void replace() throws IOException {
        List<String> leaves = own.stream()
                .filter(name -> own.stream().noneMatch(other -> other.startsWith(name + "/")))
                .toList();
        if (!leaves.isEmpty()) {
            String name = leaves.get(random.nextInt(leaves.size()));
            dropOne(name);
            client.run("CREATE " + RawImapClient.quoted(name));
            own.add(name);
            note("create " + name + " again");
            client.append(name, "", mail(serial++));
        }
    }

    private void swap() throws IOException {
        List<String> roots = own.stream().filter(name -> !name.contains("/")).toList();
        if (roots.size() >= 2) {
            String one = roots.getFirst();
            String two = roots.getLast();
            String between = "Between " + serial++;
            renameTo(one, between);
            renameTo(two, one);
            renameTo(between, two);
        }
    }

    private void renumber() throws Exception {
        String folder = anyFolder();
        client.attempt("CLOSE");
        long validity =
                random.nextBoolean() ? 1 + random.nextInt(1_000_000) : 2_000_000_000L + random.nextInt(1_000_000);
        server.administer("mailbox", "update", "-u", user, "--uid-validity", Long.toString(validity), folder);
        note("renumber " + folder + " " + validity);
    }

    private void cut() {
        network.cut();
        note("cut");
    }

    private void cutLater() {
        int bytes = random.nextInt(6_000);
        network.cutAfter(bytes);
        note("cut after " + bytes);
    }

    static Set<String> ignored() {
        return Set.of("Drafts");
    }
}
