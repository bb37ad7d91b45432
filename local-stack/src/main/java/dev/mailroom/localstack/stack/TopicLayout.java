package dev.mailroom.localstack.stack;

import dev.mailroom.contracts.Topics;
import dev.mailroom.embedded.TopicSpec;
import java.util.HashMap;
import java.util.Map;

/** How the topics are laid out on one machine. */
public final class TopicLayout {

    /** Of every topic that does not decide who owns an account: one broker gains nothing from more. */
    private static final int PARTITIONS = 8;

    private static final String FOR_EVER = "-1";

    private TopicLayout() {}

    /** Every topic with its dead letters. */
    public static Map<String, TopicSpec> all() {
        var topics = new HashMap<String, TopicSpec>();
        for (String topic : Topics.ALL) {
            int partitions = Topics.isSharded(topic) ? Topics.SHARDS : PARTITIONS;
            topics.put(topic, Topics.isCompacted(topic) ? TopicSpec.compacted(partitions) : TopicSpec.of(partitions));
            topics.put(Topics.deadLettersOf(topic), new TopicSpec(1, Map.of("retention.ms", FOR_EVER)));
        }
        return topics;
    }
}
