package dev.mailroom.embedded;

import java.util.Map;

/**
 * What a topic is made of.
 *
 * @param partitions 1..1000
 * @param settings topic settings by Kafka's names, for example {@code cleanup.policy}
 */
public record TopicSpec(int partitions, Map<String, String> settings) {

    private static final int PARTITIONS_MAX = 1000;

    /** @throws IllegalArgumentException if the number of partitions is out of range */
    public TopicSpec {
        if (partitions < 1 || partitions > PARTITIONS_MAX) {
            throw new IllegalArgumentException("partitions must be 1.." + PARTITIONS_MAX + ", not " + partitions);
        }
        settings = Map.copyOf(settings);
    }

    /** A topic that forgets by age, as the broker is set. */
    public static TopicSpec of(int partitions) {
        return new TopicSpec(partitions, Map.of());
    }

    /** A topic that keeps the newest record of each key for ever. */
    public static TopicSpec compacted(int partitions) {
        return new TopicSpec(partitions, Map.of("cleanup.policy", "compact"));
    }
}
