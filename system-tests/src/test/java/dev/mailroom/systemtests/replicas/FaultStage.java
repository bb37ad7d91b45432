package dev.mailroom.systemtests.replicas;

import dev.mailroom.systemtests.replicas.SyncCluster.Site;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Two replicas at places whose links can be broken, and everything around them. */
final class FaultStage implements AutoCloseable {
    /** Shorter times than those of an installation, so that a fault is over in seconds. */
    static final List<String> QUICK = List.of(
            "-Dmp.messaging.incoming.account-work.session.timeout.ms=6000",
            "-Dmailroom.sync.ownership.database-silence-max=5s",
            "-Dmailroom.database.lock-wait-max=6s",
            "-Dmailroom.database.idle-in-transaction-max=4s",
            "-Dmailroom.database.answer-max=8s",
            "-Dquarkus.datasource.reactive.idle-timeout=7s",
            "-Dmailroom.sync.logins-per-second-and-host=20",
            "-Dmailroom.sync.session.sweep-interval=2s",
            "-Dmailroom.sync.session.idle-max=3s",
            "-Dmailroom.sync.session.full-check-interval=2s",
            "-Dmailroom.sync.session.move-window=2s",
            "-Dmailroom.sync.session.backoff-min=200ms",
            "-Dmailroom.sync.session.backoff-max=2s",
            // Short, so that a refusal that is taken for a wrong password would be told as one.
            "-Dmailroom.sync.session.refused-logins-window=3s",
            "-Dmailroom.sync.mailbox.missing-grace=2s",
            "-Dmailroom.sync.mailbox.rest-min=1s",
            "-Dmailroom.sync.history.retry-min=200ms",
            "-Dmailroom.sync.history.retry-max=2s",
            "-Dmailroom.sync.command-deadline=8s",
            "-Dmailroom.sync.read-timeout=2s",
            "-Dmailroom.sync.idle-answer-deadline=3s");

    final SyncCluster cluster;
    final EventWatch watch;

    private final Map<Site, SyncReplica> replicas = new LinkedHashMap<>();
    private int serial;

    FaultStage() throws Exception {
        cluster = new SyncCluster(List.of("left", "right"));
        watch = new EventWatch(cluster.bootstrapServers());
        for (Site site : cluster.sites()) {
            start(site);
        }
        replicas.values().forEach(SyncReplica::awaitReady);
    }

    private void start(Site site) throws IOException {
        replicas.put(site, cluster.start(site, site.name() + "-" + ++serial, QUICK));
    }

    /** Where the session of an account runs. */
    synchronized Site siteOf(UUID account) throws SQLException {
        String owner = cluster.text(
                "select s.owner from account a join shard s on s.id = a.shard where a.id = '" + account + "'");
        return replicas.entrySet().stream()
                .filter(entry -> entry.getValue().name().equals(owner))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(owner + " owns it, which is not alive"))
                .getKey();
    }

    synchronized SyncReplica at(Site site) {
        return Objects.requireNonNull(replicas.get(site));
    }

    synchronized List<SyncReplica> replicas() {
        return List.copyOf(replicas.values());
    }

    /** A new replica where one has died. */
    synchronized void startAgain(Site site) throws IOException {
        start(site);
        at(site).awaitReady();
    }

    @Override
    public void close() throws Exception {
        watch.close();
        cluster.close();
    }
}
