package dev.mailroom.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/** Starts relay and inbox pruning with the application and ends them with it. */
@Singleton
class OutboxLifecycle {
    private final Pool pool;
    private final Map<String, Object> kafka;
    private final OutboxConfig outbox;
    private final InboxConfig inbox;
    private final MeterRegistry metrics;
    private @Nullable OutboxRelay relay;
    private @Nullable InboxPruning pruning;

    @Inject
    OutboxLifecycle(
            Pool pool,
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            OutboxConfig outbox,
            InboxConfig inbox,
            MeterRegistry metrics) {
        this.pool = pool;
        this.kafka = kafka;
        this.outbox = outbox;
        this.inbox = inbox;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        if (outbox.enabled()) {
            relay = new OutboxRelay(pool, producerSettings(), outbox.settings(), metrics, Clock.systemUTC());
            relay.start();
        }
        pruning = new InboxPruning(pool, inbox.settings(), metrics, Clock.systemUTC());
        pruning.start();
    }

    void stop(@Observes ShutdownEvent event) {
        if (relay != null) {
            relay.close();
        }
        if (pruning != null) {
            pruning.close();
        }
    }

    /** Whether the relay's thread runs; true where there is none to run. */
    boolean isAlive() {
        OutboxRelay current = relay;
        return current == null || current.isAlive();
    }

    /** All of {@code kafka.*} that a producer knows: a setting of a consumer would be a warning in the log. */
    private Map<String, Object> producerSettings() {
        return kafka.entrySet().stream()
                .filter(entry -> ProducerConfig.configNames().contains(entry.getKey()))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
