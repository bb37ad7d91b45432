package dev.mailroom.sync.ownership;

import dev.mailroom.contracts.Topics;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Follows the group's assignment of shards.
 *
 * <p>Kafka calls on its polling thread, which must go on polling: the work is done in {@link ShardTurns}. Only the loss of
 * shards is waited for, because when the call returns another replica may take them. The calls tell of changes only, and a commit that
 * fails while shards are taken away keeps one from us: so what the consumer really has is compared every second.
 */
@ApplicationScoped
@Identifier("account-work")
public class ShardAssignment implements KafkaConsumerRebalanceListener {
    /** How long the polling thread may take to say what it has; it is busy while shards are given back. */
    private static final Duration ASK_MAX = Duration.ofSeconds(2);

    /** How long a take is waited for before what is gone is looked for again. */
    private static final Duration RETAKE_MAX = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(ShardAssignment.class);

    private final ShardOwner owner;
    private final Membership membership;
    private final ShardShare share;
    private final ShardOffer offer;
    private final Set<Integer> assigned = ConcurrentHashMap.newKeySet();
    private final ShardTurns turns;

    @Inject
    public ShardAssignment(
            Shards shards,
            ShardOwner owner,
            Membership membership,
            ShardShare share,
            ShardOffer offer,
            @ConfigProperty(name = "mailroom.replica", defaultValue = "sync-1") String replica) {
        this.owner = owner;
        this.membership = membership;
        this.share = share;
        this.offer = offer;
        this.turns = new ShardTurns(fresh -> shards.raise(fresh, replica), owner);
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        membership.heardFromGroup();
        Set<Integer> fresh = shardsOf(partitions);
        if (fresh.isEmpty()) {
            return;
        }
        assigned.addAll(fresh);
        share.owns(assigned.size());
        turns.take(fresh);
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        release(shardsOf(partitions));
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        release(shardsOf(partitions));
    }

    /**
     * Gives back what the consumer has no longer, and takes what it has and nobody here serves: the raise of a former owner came late
     * and fenced us off. Takes only while the group counts us in, so that a replica that was left out does not fence its successor.
     */
    @Scheduled(every = "1s", delayed = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void compare() throws InterruptedException, ExecutionException {
        Set<Integer> gone;
        try {
            gone = membership.onPollingThread(this::forgetGone, ASK_MAX).orElse(Set.of());
        } catch (TimeoutException busy) {
            return;
        }
        if (!gone.isEmpty()) {
            LOG.warnf("shards=%d were taken away unheard", gone.size());
            turns.release(gone, true);
        }
        if (!turns.retake(this::orphans, RETAKE_MAX)) {
            LOG.debug("busy taking shards: compared again in a second");
        }
    }

    /** On the polling thread, where no assignment happens at the same time. */
    private Set<Integer> forgetGone(Consumer<?, ?> consumer) {
        Set<Integer> gone = new HashSet<>(assigned);
        gone.removeAll(shardsOf(consumer.assignment()));
        assigned.removeAll(gone);
        share.owns(assigned.size());
        return gone;
    }

    private Set<Integer> orphans() {
        Set<Integer> orphans = new HashSet<>(assigned);
        orphans.removeIf(owner::serves);
        if (orphans.isEmpty() || !membership.isCurrent()) {
            return Set.of();
        }
        LOG.warnf("shards=%d are assigned and not served: taken again", orphans.size());
        return orphans;
    }

    private void release(Set<Integer> gone) {
        if (gone.isEmpty()) {
            return;
        }
        assigned.removeAll(gone);
        share.owns(assigned.size());
        // Whom the group has left out may have a successor already, and without the database there is no end: nothing
        // is finished then.
        boolean atOnce = !membership.isCurrent() || offer.isDatabaseSilent();
        try {
            if (!turns.release(gone, atOnce)) {
                LOG.warnf("shards=%d released before all sessions stopped: their writes are fenced", gone.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warnf(
                    e.getCause(),
                    "shards=%d released, and their sessions may not have stopped: their writes are fenced",
                    gone.size());
        }
    }

    private static Set<Integer> shardsOf(Collection<TopicPartition> partitions) {
        Set<Integer> shards = new HashSet<>();
        for (TopicPartition partition : partitions) {
            if (partition.topic().equals(Topics.ACCOUNT_EVENTS)) {
                shards.add(partition.partition());
            }
        }
        return shards;
    }
}
