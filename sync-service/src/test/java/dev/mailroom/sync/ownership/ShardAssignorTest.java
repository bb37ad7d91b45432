package dev.mailroom.sync.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.contracts.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShardAssignorTest {
    private static final List<String> TOPICS = List.of(Topics.ACCOUNT_EVENTS, Topics.MAIL_COMMANDS);
    private static final int ROUNDS_MAX = 4;

    private final ShardAssignor assignor = new ShardAssignor();
    private final Map<String, List<TopicPartition>> group = new TreeMap<>();
    private final Set<String> silent = new HashSet<>();
    private final Set<String> earlier = new HashSet<>();
    private int generation = 1;

    @Test
    void oneReplicaHasEverything() {
        join("a");

        assertThat(shards("a")).hasSize(Topics.SHARDS);
        assertThat(group.get("a")).hasSize(2 * Topics.SHARDS);
    }

    @Test
    void aReplicaThatComesGetsItsPartAndTheRestStays() {
        join("a");
        Set<Integer> before = shards("a");

        join("b");

        assertThat(shards("a")).hasSize(32).isSubsetOf(before);
        assertThat(shards("b")).hasSize(32);
        assertConsistent();
    }

    @Test
    void aReplicaThatGoesLeavesItsShardsToTheOthersAndTheyKeepTheirs() {
        join("a");
        join("b");
        join("c");
        Set<Integer> a = shards("a");
        Set<Integer> b = shards("b");

        group.remove("c");
        settle();

        assertThat(shards("a")).hasSize(32).containsAll(a);
        assertThat(shards("b")).hasSize(32).containsAll(b);
        assertConsistent();
    }

    @Test
    void nothingIsGivenAwayThatAnotherStillHas() {
        join("a");
        group.put("b", List.of());

        Map<String, List<TopicPartition>> first = rebalance();

        assertThat(first.get("b")).isEmpty();
        assertThat(first.get("a")).hasSize(Topics.SHARDS);
    }

    @Test
    void ofTwoWhoClaimAShardOneKeepsItAndNoneIsGivenIt() {
        join("a");
        join("b");
        List<TopicPartition> stale = new ArrayList<>(group.getOrDefault("b", List.of()));
        stale.add(
                new TopicPartition(Topics.ACCOUNT_EVENTS, shards("a").iterator().next()));
        group.put("b", stale);

        settle();

        assertConsistent();
    }

    @Test
    void aTopicThatComesLaterFollowsTheShards() {
        join("a");
        join("b");
        group.replaceAll((member, partitions) -> partitions.stream()
                .filter(partition -> partition.topic().equals(Topics.ACCOUNT_EVENTS))
                .toList());
        Set<Integer> a = shards("a");

        settle();

        assertThat(shards("a")).isEqualTo(a);
        assertConsistent();
    }

    @Test
    void whoeverComesAndGoesEachShardHasOneOwnerForBothTopics() {
        long seed = 20_261_121L;
        Random random = new Random(seed);
        join("r0");
        for (int i = 1; i < 60; i++) {
            if (group.size() < 2 || random.nextBoolean()) {
                join("r" + i);
            } else {
                List<String> members = List.copyOf(group.keySet());
                group.remove(members.get(random.nextInt(members.size())));
                settle();
            }
            assertConsistent();
        }
    }

    @Test
    void whatAReplicaHasThatTheDatabaseDoesNotAnswerGoesToTheOthers() {
        join("a");
        join("b");
        join("c");
        Set<Integer> a = shards("a");
        Set<Integer> c = shards("c");

        silent.add("b");
        settle();

        assertThat(group.get("b")).isEmpty();
        assertThat(shards("a")).containsAll(a);
        assertThat(shards("c")).containsAll(c);
        assertConsistent();
    }

    @Test
    void aReplicaThatTheDatabaseAnswersAgainGetsItsPart() {
        join("a");
        join("b");
        silent.add("b");
        settle();

        silent.remove("b");
        settle();

        assertThat(shards("b")).hasSize(32);
        assertConsistent();
    }

    @Test
    void everythingStaysWhereTheDatabaseAnswersNobody() {
        join("a");
        join("b");
        join("c");
        Map<String, List<TopicPartition>> before = Map.copyOf(group);

        silent.addAll(group.keySet());
        settle();

        assertThat(group).isEqualTo(before);
    }

    @Test
    void aReplicaOfAnEarlierVersionCountsAsAnswered() {
        earlier.add("a");
        join("a");
        join("b");

        silent.add("b");
        settle();

        assertThat(shards("a")).hasSize(Topics.SHARDS);
        assertConsistent();
    }

    private void join(String member) {
        group.put(member, List.of());
        settle();
    }

    /** Rebalances as the group does: again as long as somebody had to give something back. */
    private void settle() {
        for (int round = 1; ; round++) {
            assertThat(round).as("rebalances").isLessThanOrEqualTo(ROUNDS_MAX);
            Map<String, List<TopicPartition>> next = rebalance();
            boolean revoked = group.entrySet().stream()
                    .anyMatch(member ->
                            !next.getOrDefault(member.getKey(), List.of()).containsAll(member.getValue()));
            group.putAll(next);
            if (!revoked) {
                return;
            }
        }
    }

    private Map<String, List<TopicPartition>> rebalance() {
        Map<String, Subscription> subscriptions = new HashMap<>();
        group.forEach((member, owned) ->
                subscriptions.put(member, new Subscription(TOPICS, said(member), owned, generation, Optional.empty())));
        generation++;
        Map<String, List<TopicPartition>> assigned = new TreeMap<>();
        assignor.assign(cluster(), new GroupSubscription(subscriptions))
                .groupAssignment()
                .forEach((member, assignment) -> assigned.put(member, assignment.partitions()));
        assertProtocolIsKept(assigned);
        return assigned;
    }

    private @Nullable ByteBuffer said(String member) {
        if (earlier.contains(member)) {
            return null;
        }
        ShardAssignor own = new ShardAssignor();
        own.configure(Map.of(ShardAssignor.DATABASE_SILENT, (BooleanSupplier) () -> silent.contains(member)));
        return own.subscriptionUserData(Set.copyOf(TOPICS));
    }

    /** What Kafka's client demands of every cooperative assignor. */
    private void assertProtocolIsKept(Map<String, List<TopicPartition>> assigned) {
        Set<TopicPartition> added = new HashSet<>();
        Set<TopicPartition> revoked = new HashSet<>();
        assigned.forEach((member, partitions) -> {
            List<TopicPartition> owned = group.getOrDefault(member, List.of());
            partitions.stream().filter(partition -> !owned.contains(partition)).forEach(added::add);
            owned.stream().filter(partition -> !partitions.contains(partition)).forEach(revoked::add);
        });
        added.retainAll(revoked);
        assertThat(added).isEmpty();
    }

    private void assertConsistent() {
        List<Integer> all = new ArrayList<>();
        int most = 0;
        int least = Topics.SHARDS;
        for (String member : group.keySet()) {
            Set<Integer> shards = shards(member);
            assertThat(shardsOf(member, Topics.MAIL_COMMANDS)).isEqualTo(shards);
            all.addAll(shards);
            if (silent.contains(member)) {
                assertThat(shards).isEmpty();
                continue;
            }
            most = Math.max(most, shards.size());
            least = Math.min(least, shards.size());
        }
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, Topics.SHARDS).boxed().toList());
        assertThat(most - least).isLessThanOrEqualTo(1);
    }

    private Set<Integer> shards(String member) {
        return shardsOf(member, Topics.ACCOUNT_EVENTS);
    }

    private Set<Integer> shardsOf(String member, String topic) {
        return group.getOrDefault(member, List.of()).stream()
                .filter(partition -> partition.topic().equals(topic))
                .map(TopicPartition::partition)
                .collect(Collectors.toSet());
    }

    private static Cluster cluster() {
        Node node = new Node(1, "localhost", 9092);
        List<PartitionInfo> partitions = new ArrayList<>();
        for (String topic : TOPICS) {
            for (int i = 0; i < Topics.SHARDS; i++) {
                partitions.add(new PartitionInfo(topic, i, node, new Node[] {node}, new Node[] {node}));
            }
        }
        return new Cluster("test", List.of(node), partitions, Set.of(), Set.of());
    }
}
