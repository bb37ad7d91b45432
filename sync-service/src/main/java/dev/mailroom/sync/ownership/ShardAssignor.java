package dev.mailroom.sync.ownership;

import dev.mailroom.contracts.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives out shards instead of partitions: who gets partition n of {@code mailroom.account.events} gets partition n of every other topic
 * that he subscribed to.
 *
 * <p>Which replica owns which shard is found by Kafka's cooperative sticky assignor, which is shown the leading topic only: a replica that
 * comes or goes moves no more shards than it must, and those that stay are not interrupted. The other topics follow it. As the
 * cooperative protocol demands, nobody is given a partition that another member still says it has: it is handed over one rebalance later.
 *
 * <p>Each member says when it joins whether PostgreSQL answers it. One that hears nothing is given nothing, and what it has goes to the
 * others, unless nobody hears anything: then all are treated alike, and what everybody has stays. Members of an earlier version say nothing
 * and count as answered.
 *
 * <p>Made by Kafka's client, by name; used by its polling thread only.
 */
public final class ShardAssignor extends CooperativeStickyAssignor implements Configurable {
    /** Key of the consumer's settings: a {@link BooleanSupplier} that is asked whenever this replica joins. */
    static final String DATABASE_SILENT = "mailroom.database-silent";

    /** How the members of the group agree on it. */
    static final String NAME = "mailroom-shard";

    private static final String LEADING_TOPIC = Topics.ACCOUNT_EVENTS;

    /** Behind what the sticky assignor says of a member, which is the number of its generation. */
    private static final int SILENT_AT = Integer.BYTES;

    private BooleanSupplier silent = () -> false;

    @Override
    public void configure(Map<String, ?> configs) {
        if (configs.get(DATABASE_SILENT) instanceof BooleanSupplier ours) {
            silent = ours;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<RebalanceProtocol> supportedProtocols() {
        return List.of(RebalanceProtocol.COOPERATIVE);
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        ByteBuffer sticky = super.subscriptionUserData(topics);
        ByteBuffer data = ByteBuffer.allocate(SILENT_AT + 1);
        data.put(sticky.duplicate()).put(SILENT_AT, (byte) (silent.getAsBoolean() ? 1 : 0));
        return data.rewind();
    }

    private static boolean isSilent(Subscription member) {
        ByteBuffer data = member.userData();
        return data != null && data.remaining() > SILENT_AT && data.get(data.position() + SILENT_AT) != 0;
    }

    /** Those that can work: whom PostgreSQL answers, or everybody if it answers nobody. */
    private static Map<String, Subscription> able(Map<String, Subscription> subscriptions) {
        Map<String, Subscription> able = new HashMap<>(subscriptions);
        able.values().removeIf(ShardAssignor::isSilent);
        return able.isEmpty() ? subscriptions : able;
    }

    @Override
    public Map<String, List<TopicPartition>> assignPartitions(
            Map<String, List<PartitionInfo>> partitionsPerTopic, Map<String, Subscription> subscriptions) {
        List<PartitionInfo> shards = partitionsPerTopic.getOrDefault(LEADING_TOPIC, List.of());
        Map<String, Subscription> leading = new HashMap<>();
        able(subscriptions).forEach((member, subscription) -> leading.put(member, ofLeadingTopic(subscription)));
        Map<String, List<TopicPartition>> assigned = super.assignPartitions(Map.of(LEADING_TOPIC, shards), leading);
        Set<TopicPartition> held = new HashSet<>();
        subscriptions.values().forEach(subscription -> held.addAll(subscription.ownedPartitions()));
        Map<String, List<TopicPartition>> all = new HashMap<>();
        subscriptions.keySet().forEach(member -> all.put(member, List.of()));
        assigned.forEach((member, partitions) ->
                all.put(member, withFollowers(member, partitions, subscriptions, partitionsPerTopic, held)));
        return all;
    }

    private static Subscription ofLeadingTopic(Subscription subscription) {
        List<TopicPartition> owned = subscription.ownedPartitions().stream()
                .filter(partition -> partition.topic().equals(LEADING_TOPIC))
                .toList();
        Subscription leading = new Subscription(
                List.of(LEADING_TOPIC),
                subscription.userData(),
                owned,
                subscription.generationId().orElse(DEFAULT_GENERATION),
                subscription.rackId());
        leading.setGroupInstanceId(subscription.groupInstanceId());
        return leading;
    }

    private static List<TopicPartition> withFollowers(
            String member,
            List<TopicPartition> leading,
            Map<String, Subscription> subscriptions,
            Map<String, List<PartitionInfo>> partitionsPerTopic,
            Set<TopicPartition> held) {
        Subscription subscription = Objects.requireNonNull(subscriptions.get(member));
        Set<String> topics = new TreeSet<>(subscription.topics());
        Set<TopicPartition> own = new HashSet<>(subscription.ownedPartitions());
        List<TopicPartition> given = new ArrayList<>();
        for (TopicPartition shard : leading) {
            for (String topic : topics) {
                TopicPartition partition = new TopicPartition(topic, shard.partition());
                boolean exists = shard.partition()
                        < partitionsPerTopic.getOrDefault(topic, List.of()).size();
                boolean free = own.contains(partition) || !held.contains(partition);
                if (exists && free) {
                    given.add(partition);
                }
            }
        }
        return given;
    }
}
