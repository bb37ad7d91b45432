package dev.mailroom.systemtests.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.AccountState;
import dev.mailroom.systemtests.replicas.Deliveries.Delivered;
import dev.mailroom.systemtests.replicas.Fault.Scope;
import dev.mailroom.systemtests.replicas.FaultRun.Mailbox;
import dev.mailroom.systemtests.replicas.SyncCluster.Site;
import dev.mailroom.testkit.imap.RawImapClient;
import dev.mailroom.testkit.net.TcpProxy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What happens to replicas, and on their way to the broker. */
final class ReplicaFaults {
    /** Longer than the group waits for a replica. */
    static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("faults.away", 10));

    private static final int HISTORY = Integer.getInteger("faults.history", 600);
    private static final int STORM = Integer.getInteger("faults.storm", 40);
    private static final double LOGINS_PER_SECOND = 20;
    private static final int LOGINS_AT_ONCE = 10;

    /** The clock of the proxy is not that of the limiter. */
    private static final int SLACK = 3;

    private static final int COMMANDS = 6;
    private static final int IMPORT_SECONDS = 3;
    private static final int MOMENT_SPREAD_MILLIS = 1_000;

    /** From the arrival of a message to its event, whatever happens to the replicas. */
    static final Duration GAP_MAX = Duration.ofSeconds(20);

    private ReplicaFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault(
                        "F1",
                        "kill -9 in an import, in live mail, in commands",
                        Scope.REPLICA,
                        3,
                        List.of(),
                        ReplicaFaults::killed),
                new Fault(
                        "F24",
                        "a replica stops (SIGTERM), one is added",
                        Scope.REPLICA,
                        3,
                        List.of(),
                        ReplicaFaults::replaced),
                new Fault("F13", "one replica is frozen (SIGSTOP)", Scope.REPLICA, 4, List.of(), ReplicaFaults::frozen),
                new Fault(
                        "F14",
                        "one replica does not reach Kafka",
                        Scope.REPLICA,
                        4,
                        List.of(),
                        ReplicaFaults::withoutBroker),
                new Fault("F25", "all sessions are cut at once", Scope.REPLICA, 1, List.of(), ReplicaFaults::storm));
    }

    private static void killed(FaultRun run) throws Exception {
        String user = "history-" + UUID.randomUUID().toString().substring(0, 8);
        long bytes = 0;
        try (RawImapClient client = run.open(user)) {
            for (int i = 0; i < HISTORY; i++) {
                byte[] mail = Canaries.mail("<old" + i + "." + user + "@example.net>", "Old " + i, 20);
                client.append("INBOX", "", mail);
                bytes += mail.length;
            }
        }
        TcpProxy link = TcpProxy.before(run.server.tlsPort());
        // So that it lasts: the moment is to lie in it.
        link.slow(Duration.ZERO, bytes / IMPORT_SECONDS);
        AccountState history = run.guest(user, link.port(), "all");
        run.await(
                "the import has begun",
                () -> run.stage.cluster.number(
                                "select count(*) from copy where account_id = '" + history.account() + "'")
                        > 0);
        MailboxFaults.commands(run, run.first(), COMMANDS, false);
        run.lasts(Duration.ofMillis(run.random.nextInt(MOMENT_SPREAD_MILLIS)));
        long done =
                run.stage.cluster.number("select count(*) from copy where account_id = '" + history.account() + "'");
        Site site = run.stage.siteOf(history.account());
        run.stage.at(site).kill();
        link.fast();
        run.note("killed at " + done + " of " + HISTORY + " imported");
        long total = bytes;
        run.afterwards(over -> {
            run.agree(user, history.account());
            run.note("the server said " + link.answerBytes() * 100 / total + " % of the history's size");
            link.close();
            MailboxFaults.once(run, run.first());
        });
        run.stage.startAgain(site);
        run.afterwards(over -> run.told(GAP_MAX));
    }

    private static void replaced(FaultRun run) throws Exception {
        Site site = run.stage.siteOf(run.first().id());
        run.stage.at(site).terminate();
        run.stage.startAgain(site);
        run.afterwards(over -> run.told(GAP_MAX));
    }

    private static void withoutBroker(FaultRun run) throws Exception {
        Site site = run.stage.siteOf(run.first().id());
        site.kafka().hold();
        run.lasts(AWAY);
        site.kafka().release();
        others(run, site);
    }

    private static void frozen(FaultRun run) throws Exception {
        Site site = run.stage.siteOf(run.first().id());
        SyncReplica replica = run.stage.at(site);
        double before = replica.counter("mailroom_sync_fenced_writes_total");
        replica.signal("STOP");
        run.lasts(AWAY);
        replica.signal("CONT");
        run.afterwards(over -> run.note(
                "late writes refused: " + (long) (replica.counter("mailroom_sync_fenced_writes_total") - before)));
        others(run, site);
    }

    /** How long those waited who were not struck. */
    static void others(FaultRun run, Site site) throws Exception {
        long to = System.nanoTime();
        Map<UUID, Boolean> struck = new LinkedHashMap<>();
        for (Mailbox mailbox : run.mailboxes) {
            struck.put(mailbox.id(), run.stage.siteOf(mailbox.id()).equals(site));
        }
        run.afterwards(over -> {
            List<Delivered> spared = run.mailboxes.stream()
                    .filter(mailbox -> !struck.getOrDefault(mailbox.id(), false))
                    .flatMap(mailbox -> mailbox.canaries().soFar().stream())
                    .toList();
            if (!spared.isEmpty()) {
                run.note("on the other replica: longest "
                        + MailboxFaults.seconds(
                                run.stage.watch.longestDelay(spared, 0, to).toNanos()));
            }
        });
    }

    private static void storm(FaultRun run) throws Exception {
        TcpProxy link = TcpProxy.before(run.server.tlsPort());
        Map<UUID, String> users = new LinkedHashMap<>();
        for (int i = 0; i < STORM; i++) {
            String user = "storm-" + i + "-" + UUID.randomUUID().toString().substring(0, 8);
            users.put(run.guest(user, link.port(), "none").account(), user);
        }
        users.keySet().forEach(account -> run.awaitState(account, "live"));
        try (Deliveries deliveries = new Deliveries(users, run.server.tlsPort(), run.stage.cluster.authority)) {
            run.lasts(Duration.ofMillis(run.random.nextInt(MOMENT_SPREAD_MILLIS)));
            int before = link.connections();
            long cut = System.nanoTime();
            link.cut();
            deliveries.start();
            run.await("all have got mail", () -> deliveries.soFar().size() >= STORM);
            run.awaitTold(deliveries.soFar());
            run.await("all are back", () -> link.connections() - before >= STORM);
            List<Delivered> all = deliveries.stop();
            run.awaitTold(all);
            run.stage.watch.check(all);
            List<Long> logins = link.connectedAtNanos().subList(before, link.connections());
            run.note(STORM + " sessions, " + logins.size() + " log-ins in "
                    + MailboxFaults.seconds(logins.getLast() - cut) + ", longest delay "
                    + MailboxFaults.seconds(run.stage
                            .watch
                            .longestDelay(all, cut, Long.MAX_VALUE)
                            .toNanos()));
            assertPace(logins);
        }
        Map.Entry<UUID, String> one = users.entrySet().iterator().next();
        run.afterwards(over -> {
            run.agree(one.getValue(), one.getKey());
            link.close();
        });
    }

    /** In any time no more log-ins than the host's limit allows. */
    private static void assertPace(List<Long> logins) {
        for (int from = 0; from < logins.size(); from++) {
            for (int to = from; to < logins.size(); to++) {
                double seconds = (logins.get(to) - logins.get(from)) / 1e9;
                assertThat((double) (to - from + 1))
                        .as("log-ins in %.2f s", seconds)
                        .isLessThanOrEqualTo(LOGINS_AT_ONCE + SLACK + seconds * LOGINS_PER_SECOND);
            }
        }
    }
}
