package dev.mailroom.sync.ownership;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
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
            @ConfigProperty(name = "mp.messaging.incoming.account-work.session.timeout.ms", defaultValue = "12000")
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

    /**
     * Asks the consumer something on the thread that uses it; empty before there is one.
     *
     * @throws io.smallrye.mutiny.TimeoutException if the thread is busy for longer
     */
    <T> Optional<T> onPollingThread(Function<Consumer<?, ?>, T> question, Duration max) {
        return channel()
                .map(consumer -> consumer.runOnPollingThread((Function<Consumer<Object, Object>, T>) question::apply)
                        .await()
                        .atMost(max));
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        channel().ifPresent(consumer -> heartbeats.observe(answeredHeartbeats(consumer.unwrap())));
    }

    private Optional<KafkaConsumer<Object, Object>> channel() {
        return kafka.getConsumerChannels().contains(CHANNEL)
                ? Optional.ofNullable(kafka.getConsumer(CHANNEL))
                : Optional.empty();
    }

    private static double answeredHeartbeats(Consumer<?, ?> consumer) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("heartbeat-total"))
                .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
                .sum();
    }
}
