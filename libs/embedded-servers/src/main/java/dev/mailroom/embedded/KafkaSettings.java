package dev.mailroom.embedded;

import java.nio.file.Path;
import java.util.Map;

/** The settings of the one broker: Kafka's defaults are for a cluster with machines of its own. */
final class KafkaSettings {

    static final int NODE_ID = 1;
    static final String CONTROLLER = "CONTROLLER";

    private static final String CLIENTS = "PLAINTEXT";
    private static final String SEGMENT_MAX_BYTES = Integer.toString(64 << 20);
    private static final String INDEX_MAX_BYTES = Integer.toString(1 << 20);
    private static final String CLEANER_BUFFER_BYTES = Integer.toString(4 << 20);
    private static final String RECORD_MAX_BYTES = Integer.toString(1 << 20);

    private KafkaSettings() {}

    /**
     * What the broker is started with.
     *
     * @param port of the clients
     * @param controllerPort of the broker's talk with itself, which may change at every start
     * @param detours further ports of clients, with the port that these are told to come back to
     */
    static Map<String, String> of(
            Path data, int port, int controllerPort, Map<Integer, Integer> detours, boolean temporary) {
        StringBuilder protocols = new StringBuilder(CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        StringBuilder listeners = new StringBuilder(
                CLIENTS + "://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
        StringBuilder advertised = new StringBuilder(listeners);
        detours.forEach((own, told) -> {
            protocols.append(",DETOUR").append(own).append(":PLAINTEXT");
            listeners.append(",DETOUR").append(own).append("://127.0.0.1:").append(own);
            advertised.append(",DETOUR").append(own).append("://127.0.0.1:").append(told);
        });
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", Integer.toString(NODE_ID)),
                Map.entry("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort),
                Map.entry("listeners", listeners.toString()),
                Map.entry("advertised.listeners", advertised.toString()),
                Map.entry("listener.security.protocol.map", protocols.toString()),
                Map.entry("controller.listener.names", CONTROLLER),
                Map.entry("inter.broker.listener.name", CLIENTS),
                Map.entry("log.dirs", data.toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("message.max.bytes", RECORD_MAX_BYTES),
                Map.entry("log.segment.bytes", SEGMENT_MAX_BYTES),
                Map.entry("log.index.size.max.bytes", INDEX_MAX_BYTES),
                Map.entry("log.cleaner.dedupe.buffer.size", CLEANER_BUFFER_BYTES),
                Map.entry("log.cleaner.threads", "1"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"),
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("transaction.state.log.num.partitions", "2"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("log.retention.hours", temporary ? "1" : "168"));
    }
}
