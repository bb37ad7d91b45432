package dev.mailroom.benchmarks;

import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.imap.ImapConnector;
import dev.mailroom.mailclient.imap.ImapCredentials;
import dev.mailroom.mailclient.imap.ImapLimits;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.tls.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** What it costs to look at 200 folders in which nothing happened: commands on the wire, and processor time. */
final class SweepBenchmark implements AutoCloseable {
    private static final int FOLDERS = 200;
    private static final int ACCOUNTS = 10;
    private static final int MESSAGES = 20;
    private static final int WARM_UP_SECONDS = 45;
    private static final int ROUNDS = 50;
    private static final double CPU_MAX_MILLIS = 10;
    private static final Duration CONNECT_MAX = Duration.ofMinutes(2);

    private final DovecotServer dovecot;
    private final SyncStack stack;
    private final TestCertificates authority = TestCertificates.create();
    private final int seconds;
    private final Report report = new Report("sweep");
    private final List<String> users = new ArrayList<>();

    /**
     * @param seconds that are measured
     * @param furtherOptions of the service's JVM
     */
    SweepBenchmark(Path home, int seconds, List<String> furtherOptions) throws IOException, InterruptedException {
        this.seconds = seconds;
        List<String> options = new ArrayList<>(List.of(
                "-Xmx512m",
                "-Dmailroom.sync.logins-per-second-and-host=100",
                "-Dmailroom.sync.session.sweep-interval=500ms"));
        options.addAll(furtherOptions);
        dovecot = DovecotServer.start(
                authority.server(SyncStack.HOST), "rawlog_dir = %h/rawlog", "mail_max_userip_connections = 1000");
        stack = new SyncStack(home, authority, dovecot.tlsPort(), options);
    }

    Report run() throws Exception {
        say(ACCOUNTS + " accounts with " + FOLDERS + " folders each");
        UUID organization = UUID.randomUUID();
        for (int i = 0; i < ACCOUNTS; i++) {
            String user = "user" + i;
            users.add(user);
            fill(user);
            stack.connect(organization, user, "none");
        }
        awaitLive();
        say("warming up for " + WARM_UP_SECONDS + " s");
        Thread.sleep(WARM_UP_SECONDS * 1_000L);
        say("sweeping for " + seconds + " s");
        measure();
        say("one LIST, and a STATUS for each");
        compare();
        report.add("load of the machine", Processes.load(), "");
        return report;
    }

    private void fill(String user) throws Exception {
        Path home = Files.createDirectories(dovecot.maildir(user));
        Path rawlog = Files.createDirectory(home.resolve("rawlog"));
        for (Path open : List.of(home, rawlog)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        byte[] mail = "From: a@example.com\r\nSubject: x\r\nMessage-ID: <%s@example.com>\r\n\r\nx\r\n"
                .formatted(user)
                .getBytes(StandardCharsets.US_ASCII);
        try (ImapSession session = session(user)) {
            for (int i = 0; i < FOLDERS - 1; i++) {
                session.create(folder(session, i), null);
            }
            for (int i = 0; i < MESSAGES; i++) {
                session.append(folder(session, i), mail, Set.of(), Instant.now());
            }
        }
    }

    private static MailboxName folder(ImapSession session, int number) throws Exception {
        return MailboxName.of(
                List.of("Project " + number), session.personalNamespace().delimiter(), false);
    }

    private ImapSession session(String user) throws Exception {
        return new ImapConnector(
                        new GuardedConnector(
                                OutboundPolicy.parse(SyncStack.HOST + "/32:1-65535"),
                                TrustedCertificates.load(stack.authorityFile),
                                NetworkTimeouts.defaults()),
                        ImapLimits.defaults())
                .connect(
                        new Endpoint(SyncStack.HOST, dovecot.tlsPort(), Encryption.TLS),
                        new ImapCredentials(user, Secret.of(SyncStack.PASSWORD)));
    }

    private void awaitLive() throws SQLException, IOException, InterruptedException {
        long end = System.nanoTime() + CONNECT_MAX.toNanos();
        try (Connection connection = stack.postgres.connect(SyncStack.DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("set mailroom.organization = '*'");
            while (live(statement) < ACCOUNTS) {
                if (System.nanoTime() > end || !stack.service.isAlive()) {
                    throw new IllegalStateException("not all are live:\n" + stack.service.lastLines());
                }
                Thread.sleep(200);
            }
        }
    }

    private static int live(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("select count(*) from account where state = 'live'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private void measure() throws IOException, InterruptedException {
        long lists = commands(" LIST ");
        long all = commands(" ");
        long selects = commands(" SELECT ");
        long statuses = commands(" STATUS ");
        long idles = commands(" IDLE ");
        double service = Processes.cpuSeconds(stack.service.pid());
        double database = Processes.cpuSeconds(stack.postgres.pid());
        Thread.sleep(seconds * 1_000L);
        service = Processes.cpuSeconds(stack.service.pid()) - service;
        database = Processes.cpuSeconds(stack.postgres.pid()) - database;
        double sweeps = Math.max(1, commands(" LIST ") - lists);
        double wait = commands(" SELECT ") - selects + commands(" IDLE ") - idles;
        report.add("folders", FOLDERS, "");
        report.add("sweeps that found nothing", sweeps, "");
        report.addAtMost("LIST, STATUS and others of a sweep", (commands(" ") - all - wait) / sweeps, "commands", 1.1);
        report.add("of these STATUS", (commands(" STATUS ") - statuses) / sweeps, "commands");
        report.add("the look at INBOX and the IDLE that follow", wait / sweeps, "commands");
        report.addAtMost("processor of the service, all of it", service * 1e3 / sweeps, "ms a sweep", CPU_MAX_MILLIS);
        report.add("processor of PostgreSQL", database * 1e3 / sweeps, "ms a sweep");
    }

    /** How often a word was said by the service, in commands with a tag. */
    private long commands(String word) throws IOException {
        long count = 0;
        for (String user : users) {
            try (Stream<Path> files = Files.list(dovecot.maildir(user).resolve("rawlog"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".in")).toList()) {
                    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
                    if (lines.stream().anyMatch(line -> line.contains("\"Mailroom\"") && line.contains(" ID "))) {
                        count += lines.stream()
                                .filter(line -> line.matches("(\\d+\\.\\d+ )?m\\d+ .*") && (line + " ").contains(word))
                                .count();
                    }
                }
            }
        }
        return count;
    }

    /** The same look by hand, so that it is seen what one command with all counters is worth. */
    private void compare() throws Exception {
        String user = "compared";
        users.add(user);
        fill(user);
        try (ImapSession session = session(user)) {
            session.select(MailboxName.INBOX, null);
            List<MailboxName> names = session.list().stream()
                    .filter(mailbox -> mailbox.selectable() && !mailbox.name().isInbox())
                    .map(dev.mailroom.mailclient.imap.ListedMailbox::name)
                    .toList();
            double list = median(() -> session.list());
            double ahead = median(() -> session.statuses(names));
            double each = median(() -> {
                for (MailboxName name : names) {
                    session.status(name);
                }
            });
            report.add("one LIST with all counters", list, "ms");
            report.add("STATUS for each, 50 ahead", ahead, "ms");
            report.add("STATUS for each, one after the other", each, "ms");
            report.add("ratio of the last to the first", each / list, "times");
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static double median(Work work) throws Exception {
        double[] millis = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long begin = System.nanoTime();
            work.run();
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        java.util.Arrays.sort(millis);
        return millis[ROUNDS / 2];
    }

    private static void say(String what) {
        System.err.println("sweep: " + what);
    }

    @Override
    public void close() throws IOException {
        stack.close();
        dovecot.close();
    }
}
