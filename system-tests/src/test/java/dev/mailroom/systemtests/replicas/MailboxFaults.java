package dev.mailroom.systemtests.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.systemtests.replicas.Deliveries.Delivered;
import dev.mailroom.systemtests.replicas.Fault.Scope;
import dev.mailroom.systemtests.replicas.FaultRun.Mailbox;
import dev.mailroom.testkit.imap.RawImapClient;
import dev.mailroom.testkit.imap.ScriptedImapServer;
import dev.mailroom.testkit.net.Tap.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What happens to single mailboxes, to their server, and on the way to it. */
final class MailboxFaults {
    private static final Duration SLOW = Duration.ofSeconds(9);
    private static final Duration DARK = Duration.ofSeconds(6);
    private static final Duration HOSTILE = Duration.ofSeconds(4);
    private static final Duration CROWDED = Duration.ofSeconds(3);
    private static final long HEAP_GROWTH_MAX_MIB = 64;
    private static final int COMMANDS = 8;
    private static final int BETWEEN_COMMANDS_MAX_MILLIS = 400;
    private static final int BACKUP_AGE_MIN_MILLIS = 500;
    private static final int BACKUP_AGE_SPREAD_MILLIS = 1_500;
    private static final Duration UNAVAILABLE = Duration.ofSeconds(5);

    private MailboxFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault("F6", "BYE to all, server restarts", Scope.MAILBOX, 3, own(), MailboxFaults::bye),
                new Fault("F7", "half-open: nothing passes, no RST", Scope.MAILBOX, 2, List.of(), MailboxFaults::dark),
                new Fault("F8", "1 byte/s, 5 s per answer, 1 KB/s", Scope.MAILBOX, 2, List.of(), MailboxFaults::slow),
                new Fault("F9", "hostile servers", Scope.MAILBOX, 1, List.of(), MailboxFaults::hostile),
                new Fault("F10", "other UIDVALIDITY", Scope.MAILBOX, 1, List.of(), MailboxFaults::renumbered),
                new Fault("F11", "restored from a backup", Scope.MAILBOX, 1, List.of(), MailboxFaults::restored),
                new Fault("F21", "answers to commands are lost", Scope.MAILBOX, 1, plain(), MailboxFaults::lostAnswers),
                new Fault("F22-limit", "too many connections", Scope.MAILBOX, 1, two(), MailboxFaults::crowded),
                new Fault(
                        "F22-unavailable",
                        "[UNAVAILABLE], [LIMIT], [INUSE]",
                        Scope.MAILBOX,
                        1,
                        List.of(),
                        MailboxFaults::unavailable,
                        Fault.Links.HEARD));
    }

    private static List<String> own() {
        return List.of("# of its own");
    }

    private static List<String> two() {
        return List.of("protocol imap {", "  mail_max_userip_connections = 2", "}");
    }

    /** A move is a copy, a flag and an expunge there. */
    static List<String> plain() {
        return List.of(
                "protocol imap {",
                "  imap_capability = IMAP4rev1 SASL-IR ID ENABLE IDLE UNSELECT NAMESPACE UIDPLUS LIST-EXTENDED"
                        + " CONDSTORE QRESYNC ESEARCH LIST-STATUS LITERAL+ SPECIAL-USE",
                "}");
    }

    private static void bye(FaultRun run) throws Exception {
        if (run.random.nextBoolean()) {
            run.note("kicked");
            for (Mailbox mailbox : run.mailboxes) {
                run.server.administer("kick", mailbox.user());
            }
        } else {
            int away = 300 + run.random.nextInt(2_000);
            run.note("away for " + away + " ms");
            run.server.stop();
            run.lasts(Duration.ofMillis(away));
            run.server.startAgain();
        }
    }

    private static void dark(FaultRun run) throws Exception {
        long began = System.nanoTime();
        if (run.random.nextBoolean()) {
            run.note("open connections are forgotten");
            List<Integer> before = run.mailboxes.stream()
                    .map(mailbox -> mailbox.link().connections())
                    .toList();
            run.mailboxes.forEach(mailbox -> mailbox.link().holdOpenOnes());
            for (int i = 0; i < before.size(); i++) {
                int number = i;
                run.await(
                        "it is noticed", () -> run.mailboxes.get(number).link().connections() > before.get(number));
            }
            run.note("noticed after " + seconds(System.nanoTime() - began));
        } else {
            run.note("nothing passes for " + DARK.toSeconds() + " s");
            run.mailboxes.forEach(mailbox -> mailbox.link().hold());
            run.lasts(DARK);
            run.mailboxes.forEach(mailbox -> mailbox.link().release());
        }
    }

    private static void slow(FaultRun run) throws Exception {
        Mailbox struck = run.mailboxes.getFirst();
        Mailbox other = run.mailboxes.getLast();
        long began = System.nanoTime();
        switch (run.random.nextInt(3)) {
            case 0 -> {
                run.note("1 byte/s");
                struck.link().slow(Duration.ZERO, 1);
            }
            case 1 -> {
                run.note("5 s before each answer");
                struck.link().slow(Duration.ofSeconds(5), Long.MAX_VALUE);
            }
            default -> {
                run.note("1 KB/s and a message of 60 KB");
                struck.link().slow(Duration.ZERO, 1_024);
                try (RawImapClient client = run.open(struck.user())) {
                    client.append(
                            "INBOX", "", Canaries.mail("<large." + struck.id() + "@example.net>", "Large", 1_000));
                }
            }
        }
        run.lasts(SLOW);
        struck.link().fast();
        long ended = System.nanoTime();
        run.afterwards(over -> run.note("the other mailbox meanwhile: longest "
                + seconds(run.stage
                        .watch
                        .longestDelay(other.canaries().soFar(), began, ended)
                        .toNanos())
                + ", before "
                + seconds(run.stage
                        .watch
                        .longestDelay(other.canaries().soFar(), began - TimeUnit.MINUTES.toNanos(1), began)
                        .toNanos())));
    }

    private static void hostile(FaultRun run) throws Exception {
        long heap = heapMiB(run);
        List<ScriptedImapServer> servers = new ArrayList<>();
        try {
            for (HostileServer.Twist twist : HostileServer.Twist.values()) {
                ScriptedImapServer server =
                        ScriptedImapServer.tls(run.stage.cluster.certificate.serverContext(), new HostileServer(twist));
                servers.add(server);
                run.guest("hostile-" + twist.name().toLowerCase(Locale.ROOT), server.port(), "all");
            }
            run.await("each was tried", () -> servers.stream().allMatch(server -> server.connections() > 0));
            run.lasts(HOSTILE);
            long grown = heapMiB(run) - heap;
            run.note(servers.size() + " servers, "
                    + servers.stream().mapToInt(ScriptedImapServer::connections).sum()
                    + " connections, heap after collection " + grown + " MiB more");
            assertThat(grown).isLessThan(HEAP_GROWTH_MAX_MIB);
            run.stage
                    .replicas()
                    .forEach(replica ->
                            assertThat(replica.isAlive()).as(replica.name()).isTrue());
        } finally {
            servers.forEach(ScriptedImapServer::close);
        }
    }

    private static long heapMiB(FaultRun run) throws Exception {
        long sum = 0;
        for (SyncReplica replica : run.stage.replicas()) {
            sum += replica.heapAfterCollection() >> 20;
        }
        return sum;
    }

    private static void renumbered(FaultRun run) throws Exception {
        List<String> folders = run.random.nextBoolean() ? List.of("INBOX") : List.of("INBOX", Canaries.WORK);
        for (String folder : folders) {
            long validity = run.random.nextBoolean()
                    ? 1 + run.random.nextInt(1_000_000)
                    : 2_000_000_000L + run.random.nextInt(1_000_000);
            run.server.administer(
                    "mailbox", "update", "-u", run.first().user(), "--uid-validity", Long.toString(validity), folder);
        }
        run.afterwards(over -> {
            long resets = run.events("mailbox.reset");
            run.note(folders + ", " + resets + " mailbox.reset");
            assertThat(resets).isBetween(1L, (long) folders.size());
        });
    }

    private static void restored(FaultRun run) throws Exception {
        Mailbox mailbox = run.first();
        Path maildir = run.server.maildir(mailbox.user());
        Path backup = maildir.resolveSibling(mailbox.user() + "-backup");
        mailbox.canaries().holdDuring(now -> shell("cp", "-a", maildir.toString(), backup.toString()), run);
        long since = System.nanoTime();
        run.lasts(Duration.ofMillis(BACKUP_AGE_MIN_MILLIS + run.random.nextInt(BACKUP_AGE_SPREAD_MILLIS)));
        mailbox.canaries()
                .holdDuring(
                        now -> {
                            run.server.administer("kick", mailbox.user());
                            shell("rm", "-rf", maildir.toString());
                            shell("cp", "-a", backup.toString(), maildir.toString());
                        },
                        run);
        int before = mailbox.canaries().soFar().size();
        mailbox.canaries().forgiveSince(since);
        run.note((before - mailbox.canaries().soFar().size()) + " messages less than before");
    }

    static void shell(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command));
        }
    }

    /** Commands of the team, and a connection that is lost in the middle of each. */
    private static void lostAnswers(FaultRun run) throws Exception {
        Mailbox mailbox = run.first();
        try (RawImapClient other = run.open(mailbox.user())) {
            other.append("INBOX", "\\Deleted", Canaries.mail("<foreign@example.net>", "Marked by somebody else", 1));
        }
        commands(run, mailbox, COMMANDS, true);
        run.afterwards(over -> once(run, mailbox));
    }

    /** Files messages that were told, on behalf of the team. */
    static void commands(FaultRun run, Mailbox mailbox, int count, boolean cut) throws Exception {
        List<Delivered> told = mailbox.canaries().soFar();
        run.awaitTold(told);
        Origin origin = Origin.user(UUID.randomUUID());
        for (int i = 0; i < Math.min(count, told.size()); i++) {
            UUID message = UUID.fromString(run.stage.watch.messageOf(told.get(i)));
            run.stage.cluster.publish(command(run.random.nextInt(3), mailbox.account(), message, origin));
            if (cut) {
                mailbox.link().cutAfter(100 + run.random.nextInt(4_000));
                run.lasts(Duration.ofMillis(run.random.nextInt(BETWEEN_COMMANDS_MAX_MILLIS)));
            }
        }
    }

    private static MailCommand command(int which, AccountState account, UUID message, Origin origin) {
        UUID id = UUID.randomUUID();
        UUID of = account.account();
        UUID organization = account.organization();
        return switch (which) {
            case 0 -> new MailCommand.Archive(id, of, organization, message, origin);
            case 1 -> new MailCommand.Trash(id, of, organization, message, origin);
            default -> new MailCommand.Spam(id, of, organization, message, origin);
        };
    }

    /** Each message lies on the server once, also what somebody else has marked as deleted. */
    static void once(FaultRun run, Mailbox mailbox) throws IOException {
        Map<String, Integer> copies = run.copies(mailbox.user());
        for (Delivered mail : mailbox.canaries().soFar()) {
            assertThat(copies).containsEntry(mail.id(), 1);
        }
        if (copies.containsKey("<foreign@example.net>")) {
            run.note("what somebody else had marked as deleted is there");
        }
        long done = run.events("command.succeeded");
        run.note(done + " commands done, connections " + mailbox.link().connections());
    }

    /** The server takes two connections of a user: the other program's and ours. A third program is faster. */
    private static void crowded(FaultRun run) throws Exception {
        Mailbox mailbox = run.first();
        List<RawImapClient> intruders = new ArrayList<>();
        run.await("somebody else takes the place", () -> {
            mailbox.link().cut();
            try {
                intruders.add(run.open(mailbox.user()));
            } catch (IOException full) {
                return false;
            }
            return true;
        });
        int before = mailbox.link().connections();
        run.lasts(CROWDED);
        int tried = mailbox.link().connections() - before;
        for (RawImapClient intruder : intruders) {
            intruder.close();
        }
        run.note("refused " + tried + " times in " + CROWDED.toSeconds() + " s");
        assertThat(tried).isPositive();
    }

    /** A proxy says in the server's name that it cannot just now: to log-ins, to commands, or to everybody at once. */
    private static void unavailable(FaultRun run) throws Exception {
        Mailbox mailbox = run.first();
        AtomicInteger refused = new AtomicInteger();
        String code = List.of("UNAVAILABLE", "LIMIT", "INUSE").get(run.random.nextInt(3));
        int what = run.random.nextInt(3);
        run.note(List.of("log-ins", "commands", "BYE").get(what) + " [" + code + "]");
        mailbox.ear().listen(said -> {
            boolean login =
                    said.text().startsWith("imap> AUTHENTICATE") || said.text().startsWith("imap> LOGIN ");
            if (!said.text().startsWith("imap> ") || said.text().endsWith("LOGOUT") || what == 0 && !login) {
                return Verdict.PASS;
            }
            refused.incrementAndGet();
            String reason = what == 2 ? "* BYE [" : said.tag() + " NO [";
            said.mouth().say((reason + code + "] Try again later.\r\n").getBytes(StandardCharsets.US_ASCII));
            return what == 2 ? Verdict.END : Verdict.SWALLOW;
        });
        mailbox.link().cut();
        run.lasts(UNAVAILABLE);
        mailbox.ear().rest();
        run.note("refused " + refused.get() + " times in " + UNAVAILABLE.toSeconds() + " s");
        assertThat(refused).hasPositiveValue();
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
