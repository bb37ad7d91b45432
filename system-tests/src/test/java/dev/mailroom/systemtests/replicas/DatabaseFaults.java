package dev.mailroom.systemtests.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.embedded.EmbeddedServerException;
import dev.mailroom.systemtests.replicas.Fault.Scope;
import dev.mailroom.systemtests.replicas.SyncCluster.Site;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What happens to PostgreSQL, and on the way to it. */
final class DatabaseFaults {
    /** Several times as long as a replica waits for an answer before it offers its shards. */
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("faults.outage", 15));

    private static final int CRASHED_MAX_MILLIS = 3_000;
    private static final int MOMENT_SPREAD_MILLIS = 1_000;

    private DatabaseFaults() {}

    static List<Fault> all() {
        return List.of(
                fault("F5-crash", "PostgreSQL crashes and starts again", 3, DatabaseFaults::crashes),
                fault("F5-away", "PostgreSQL is away for everybody", 3, DatabaseFaults::away),
                fault("F5-replaced", "PostgreSQL dies, its standby takes over", 3, DatabaseFaults::replaced),
                fault("F5-forgotten", "open connections to PostgreSQL are forgotten", 3, DatabaseFaults::forgotten),
                fault("F12", "one replica does not reach PostgreSQL", 4, DatabaseFaults::oneWithout));
    }

    private static Fault fault(String id, String what, int mailboxes, Fault.Happening happening) {
        return new Fault(id, what, Scope.REPLICA, mailboxes, List.of(), happening);
    }

    private static void crashes(FaultRun run) throws Exception {
        Duration away = Duration.ofMillis(run.random.nextInt(CRASHED_MAX_MILLIS));
        kill(run);
        run.lasts(away);
        startAgain(run);
        run.note("away for " + away.toMillis() + " ms");
        run.afterwards(over -> run.told(ReplicaFaults.GAP_MAX));
    }

    /** SIGKILL: nothing is written any more, nobody is told. */
    private static void kill(FaultRun run) {
        Optional<ProcessHandle> postmaster =
                ProcessHandle.of(run.stage.cluster.postgres().pid());
        postmaster.ifPresent(ProcessHandle::destroyForcibly);
        // A dead process that nobody has waited for still counts as running: nothing would be started.
        run.await(
                "PostgreSQL is gone",
                () -> !postmaster.map(ProcessHandle::isAlive).orElse(false));
    }

    private static void startAgain(FaultRun run) {
        run.await("PostgreSQL is up", () -> {
            try {
                run.stage.cluster.postgres().start();
            } catch (EmbeddedServerException remains) {
                // Its children have not noticed yet.
                return false;
            }
            return true;
        });
    }

    /** Nobody can do better than who has the shards: they stay. */
    private static void away(FaultRun run) throws Exception {
        long epochs = epochs(run);
        run.stage.cluster.postgres().stop();
        run.lasts(OUTAGE);
        startAgain(run);
        run.note("away for " + OUTAGE.toSeconds() + " s");
        run.afterwards(over -> {
            assertThat(epochs(run)).as("no shard has moved").isEqualTo(epochs);
            run.told(OUTAGE.plus(ReplicaFaults.GAP_MAX));
        });
    }

    private static long epochs(FaultRun run) throws Exception {
        return run.stage.cluster.number("select sum(epoch) from shard");
    }

    private static void replaced(FaultRun run) throws Exception {
        Standby standby = run.stage.cluster.standby();
        run.lasts(Duration.ofMillis(run.random.nextInt(MOMENT_SPREAD_MILLIS)));
        long began = System.nanoTime();
        kill(run);
        standby.promote();
        run.stage.cluster.replacePostgres(standby);
        run.note("replaced in " + MailboxFaults.seconds(System.nanoTime() - began));
        run.afterwards(over -> run.told(ReplicaFaults.GAP_MAX));
    }

    /** As by a balancer that has lost its memory: nobody is told, and who connects anew is served. */
    private static void forgotten(FaultRun run) throws Exception {
        long began = System.nanoTime();
        run.stage.cluster.sites().forEach(site -> site.postgres().holdOpenOnes());
        run.lasts(Duration.ofMillis(run.random.nextInt(MOMENT_SPREAD_MILLIS)));
        for (FaultRun.Mailbox mailbox : run.mailboxes) {
            run.awaitTold(mailbox.canaries().soFar());
        }
        run.note("told over new connections after " + MailboxFaults.seconds(System.nanoTime() - began));
        run.stage.cluster.sites().forEach(site -> site.postgres().release());
    }

    private static void oneWithout(FaultRun run) throws Exception {
        Site site = run.stage.siteOf(run.first().id());
        long began = System.nanoTime();
        site.postgres().hold();
        run.await(
                "another replica has its shards",
                () -> run.mailboxes.stream().noneMatch(mailbox -> {
                    try {
                        return run.stage.siteOf(mailbox.id()).equals(site);
                    } catch (SQLException failed) {
                        throw new IllegalStateException(failed);
                    }
                }));
        run.note("the other one has its shards after " + MailboxFaults.seconds(System.nanoTime() - began));
        Duration left = ReplicaFaults.AWAY.minusNanos(System.nanoTime() - began);
        run.lasts(left.isPositive() ? left : Duration.ZERO);
        site.postgres().release();
        run.await(
                "it takes part again",
                () -> run.stage.cluster.number("select count(*) from shard where owner = '"
                                + run.stage.at(site).name() + "'")
                        > 0);
        ReplicaFaults.others(run, site);
        run.afterwards(over -> run.told(ReplicaFaults.GAP_MAX));
    }
}
