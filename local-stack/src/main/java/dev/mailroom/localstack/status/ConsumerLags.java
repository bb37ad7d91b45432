package dev.mailroom.localstack.status;

import dev.mailroom.localstack.terminal.CommandFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Records that each consumer group has still to take. */
final class ConsumerLags {

    private static final int ANSWER_MAX_S = 10;
    private static final int REQUEST_MAX_MS = 5_000;

    private ConsumerLags() {}

    /** Records behind by group. */
    static SortedMap<String, Long> of(String bootstrapServers) {
        try (var admin = Admin.create(Map.<String, Object>of(
                "bootstrap.servers", bootstrapServers,
                "request.timeout.ms", REQUEST_MAX_MS,
                "default.api.timeout.ms", REQUEST_MAX_MS))) {
            var lags = new TreeMap<String, Long>();
            for (GroupListing group : admin.listGroups().valid().get(ANSWER_MAX_S, TimeUnit.SECONDS)) {
                lags.put(group.groupId(), lag(admin, group.groupId()));
            }
            return lags;
        } catch (ExecutionException | TimeoutException e) {
            throw new CommandFailure("Kafka at " + bootstrapServers + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while Kafka was asked", e);
        }
    }

    private static long lag(Admin admin, String group)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> taken = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(ANSWER_MAX_S, TimeUnit.SECONDS);
        var wanted = new HashMap<TopicPartition, OffsetSpec>();
        taken.keySet().forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
        long lag = 0;
        for (var end : admin.listOffsets(wanted)
                .all()
                .get(ANSWER_MAX_S, TimeUnit.SECONDS)
                .entrySet()) {
            OffsetAndMetadata committed = taken.get(end.getKey());
            lag += committed == null ? 0 : Math.max(0, end.getValue().offset() - committed.offset());
        }
        return lag;
    }
}
