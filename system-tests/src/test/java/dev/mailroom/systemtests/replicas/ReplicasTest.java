package dev.mailroom.systemtests.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.systemtests.replicas.Deliveries.Delivered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** Replicas come, go, die and freeze while mail arrives: whatever happens, everything is told once and in order. */
@EnabledIf("dev.mailroom.testkit.imap.DovecotServer#installed")
class ReplicasTest {
    private static final int ACCOUNTS = 24;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** From the arrival of a message to its event, whatever happens to the replicas. */
    private static final Duration GAP_MAX = Duration.ofSeconds(20);

    private final List<Phase> phases = new ArrayList<>();
    private final Map<UUID, String> users = new LinkedHashMap<>();

    private static final Duration FROZEN = Duration.ofSeconds(30);

    private record Phase(String what, long fromNanos, long toNanos) {}

    /** {@code -Dreplicas.rounds=5 -Dreplicas.seed=7}: with the settings of an installation, at random moments. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void replicasThatComeGoAndDieLoseNothing() throws Exception {
        atRandomMoments(Integer.getInteger("replicas.rounds", 1));
    }

    private void atRandomMoments(int rounds) throws Exception {
        long seed = Long.getLong("replicas.seed", System.nanoTime());
        System.out.println("replicas: seed=" + seed);
        Random random = new Random(seed);
        run(List.of(), (cluster, deliveries, watch) -> {
            for (int round = 0; round < rounds; round++) {
                String name = "sync-" + (round + 3);
                SyncReplica added = cluster.start(name, List.of());
                phase(name + " is added", deliveries, watch, added::awaitReady);
                List<SyncReplica> alive =
                        cluster.replicas().stream().filter(SyncReplica::isAlive).toList();
                SyncReplica victim = alive.get(random.nextInt(alive.size()));
                Thread.sleep(random.nextInt(3_000));
                switch (round % 3) {
                    case 0 -> phase(victim.name() + " dies", deliveries, watch, victim::kill);
                    case 1 -> phase(victim.name() + " stops", deliveries, watch, victim::terminate);
                    default -> {
                        SyncReplica leader = sender(alive);
                        phase(
                                leader.name() + ", which sends the events of all, is frozen",
                                deliveries,
                                watch,
                                () -> freeze(leader));
                        System.out.println("replicas: late writes refused: "
                                + leader.counter("mailroom_sync_fenced_writes_total"));
                        leader.kill();
                    }
                }
            }
        });
    }

    /** Somebody leads again soon after the one before has died. */
    private static SyncReplica sender(List<SyncReplica> replicas) {
        return Awaitility.await("a replica that sends the events of all")
                .atMost(GAP_MAX)
                .until(() -> leading(replicas), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<SyncReplica> leading(List<SyncReplica> replicas) throws Exception {
        for (SyncReplica replica : replicas) {
            if (replica.counter("mailroom_outbox_leader") > 0) {
                return Optional.of(replica);
            }
        }
        return Optional.empty();
    }

    private static void freeze(SyncReplica victim) throws Exception {
        victim.signal("STOP");
        Thread.sleep(FROZEN);
        victim.signal("CONT");
    }

    private interface Story {
        void happens(SyncCluster cluster, Deliveries deliveries, EventWatch watch) throws Exception;
    }

    private interface Event {
        void happens() throws Exception;
    }

    private void run(List<String> options, Story story) throws Exception {
        try (SyncCluster cluster = new SyncCluster();
                EventWatch watch = new EventWatch(cluster.bootstrapServers())) {
            SyncReplica first = cluster.start("sync-1", options);
            SyncReplica second = cluster.start("sync-2", options);
            for (int i = 0; i < ACCOUNTS; i++) {
                users.put(cluster.connect("user" + i), "user" + i);
            }
            first.awaitReady();
            second.awaitReady();
            Awaitility.await("all accounts are live")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> cluster.count("live") == ACCOUNTS);
            try (Deliveries deliveries = new Deliveries(users, cluster.dovecot.tlsPort(), cluster.authority)) {
                deliveries.start();
                phase("nothing happens", deliveries, watch, () -> Thread.sleep(1_000));
                story.happens(cluster, deliveries, watch);
                List<Delivered> all = deliveries.stop();
                awaitTold(all, watch);
                watch.check(all);
                report(all, watch);
                assertThat(cluster.number("select count(*) from copy")).isEqualTo(all.size());
                assertThat(cluster.count("live")).isEqualTo(ACCOUNTS);
                for (Phase phase : phases) {
                    assertThat(watch.longestDelay(all, phase.fromNanos, phase.toNanos))
                            .as(phase.what)
                            .isLessThan(GAP_MAX);
                }
            }
        }
    }

    /** Something happens, and what arrived until it was over is told. */
    private void phase(String what, Deliveries deliveries, EventWatch watch, Event event) throws Exception {
        long from = System.nanoTime();
        event.happens();
        awaitTold(deliveries.soFar(), watch);
        phases.add(new Phase(what, from, System.nanoTime()));
    }

    private static void awaitTold(List<Delivered> delivered, EventWatch watch) {
        Awaitility.await("everything is told")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> watch.missing(delivered) == 0);
    }

    private void report(List<Delivered> all, EventWatch watch) {
        System.out.printf(
                Locale.ROOT, "replicas: %d messages, %d told again under their id%n", all.size(), watch.repeated());
        for (Phase phase : phases) {
            System.out.printf(
                    Locale.ROOT,
                    "replicas: %-28s longest delay %5.1f s%n",
                    phase.what,
                    watch.longestDelay(all, phase.fromNanos, phase.toNanos).toMillis() / 1e3);
        }
    }
}
