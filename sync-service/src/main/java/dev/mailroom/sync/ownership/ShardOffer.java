package dev.mailroom.sync.ownership;

import dev.mailroom.sync.database.Database;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Offers this replica's shards to the others while PostgreSQL does not answer it.
 *
 * <p>The group says who reaches Kafka, and nobody can work who does not reach PostgreSQL as well. So each replica tells the group, whenever
 * it joins, whether PostgreSQL answers it; {@link ShardAssignor} gives the shards of those that hear nothing to the others, and leaves
 * everything as it is where nobody hears anything. What this replica hears is noted with every answer; when it has nothing to ask it asks
 * for nothing once a second.
 */
@ApplicationScoped
class ShardOffer implements ClientCustomizer<Map<String, Object>> {
    private static final Duration ASK_MAX = Duration.ofSeconds(2);
    private static final long PROBE_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final Logger LOG = Logger.getLogger(ShardOffer.class);

    private final Database database;
    private final Membership membership;
    private final DatabaseSilence silence;

    /** What was asked for last, so that it is written down once. */
    private volatile boolean offering;

    @Inject
    ShardOffer(Database database, Membership membership, OwnershipConfig config) {
        this.database = database;
        this.membership = membership;
        this.silence = new DatabaseSilence(config.databaseSilenceMax(), database::answeredAtNanos, System::nanoTime);
    }

    /** True while PostgreSQL does not answer: what a session does cannot be finished here. */
    boolean isDatabaseSilent() {
        return silence.lasts();
    }

    /** Kafka's client makes the assignor; this is how it hears of us. */
    @Override
    public Map<String, Object> customize(String channel, Config settings, Map<String, Object> client) {
        if (!channel.equals(Membership.CHANNEL)) {
            return client;
        }
        Map<String, Object> told = new HashMap<>(client);
        told.put(ShardAssignor.DATABASE_SILENT, (BooleanSupplier) silence::tell);
        return told;
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void ask() {
        silence.watched();
        if (System.nanoTime() - database.answeredAtNanos() >= PROBE_AFTER_NANOS) {
            try {
                database.query("select 1");
            } catch (RuntimeException silent) {
                LOG.debugf("the database does not answer: %s", silent.getMessage());
            }
        }
    }

    /** Apart from {@link #ask}, which hangs as long as the database does. */
    @Scheduled(every = "1s", delayed = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void look() {
        if (!silence.isNews()) {
            return;
        }
        boolean lasts = silence.lasts();
        if (lasts != offering) {
            offering = lasts;
            LOG.warn(
                    lasts
                            ? "the database does not answer: our shards are offered to other replicas"
                            : "the database answers again: we take part in the shards again");
        }
        try {
            membership.onPollingThread(
                    consumer -> {
                        consumer.enforceRebalance("what the database answers has changed");
                        return true;
                    },
                    ASK_MAX);
        } catch (TimeoutException busy) {
            LOG.debug("the polling thread is busy: asked for again in a second");
        }
    }
}
