package dev.mailroom.sync.ownership;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Whether the consumer group still counts this replica in.
 *
 * <p>The group hands our shards to others when it has not heard from us for its session timeout. So we stop acting on servers when
 * we have not heard from it for half of that, by a clock that no suspension or time change can fool.
 */
@ApplicationScoped
public class Membership {
    static final String CHANNEL = "account-work";

    private final KafkaClientService kafka;
    private final Heartbeats heartbeats;

    @Inject
    public Membership(
            KafkaClientService kafka,
            @ConfigProperty(name = "mp.messaging.incoming.account-work.session.timeout.ms", defaultValue = "45000")
                    long sessionTimeoutMillis) {
        this.kafka = kafka;
        this.heartbeats = new Heartbeats(Duration.ofMillis(sessionTimeoutMillis), System::nanoTime);
    }

    /** True if the group answered a heartbeat within half its session timeout. */
    public boolean isCurrent() {
        return heartbeats.areCurrent();
    }

    /** Called when partitions are assigned: the group has just answered. */
    void heardFromGroup() {
        heartbeats.heard();
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        if (!kafka.getConsumerChannels().contains(CHANNEL)) {
            return;
        }
        KafkaConsumer<Object, Object> channel = kafka.getConsumer(CHANNEL);
        if (channel != null) {
            heartbeats.observe(answeredHeartbeats(channel.unwrap()));
        }
    }

    private static double answeredHeartbeats(Consumer<?, ?> consumer) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("heartbeat-total"))
                .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
                .sum();
    }
}
