package dev.mailroom.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** {@code mailroom_outbox_*}. Pending and age are known to the replica that leads; the others report NaN. */
final class RelayMetrics {
    private final MeterRegistry registry;
    private final Clock clock;
    private final Timer delay;
    private final Counter parked;
    private final Map<String, Counter> sent = new ConcurrentHashMap<>();
    private volatile boolean leading;
    private volatile RelayConnection.@Nullable Statistics statistics;

    RelayMetrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        Gauge.builder("mailroom.outbox.leader", this, metrics -> metrics.leading ? 1 : 0)
                .description("1 if this replica sends the events of its database")
                .register(registry);
        Gauge.builder("mailroom.outbox.pending", this, RelayMetrics::pending)
                .description("Events not yet on Kafka, counted up to " + RelayConnection.PENDING_COUNT_MAX)
                .register(registry);
        Gauge.builder("mailroom.outbox.age", this, RelayMetrics::ageSeconds)
                .description("Age of the oldest event that is not yet on Kafka")
                .baseUnit("seconds")
                .register(registry);
        delay = Timer.builder("mailroom.outbox.delay")
                .description("From the insert of an event to its acknowledgement by Kafka")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1))
                .register(registry);
        parked = Counter.builder("mailroom.outbox.parked")
                .description("Events that Kafka refused for a reason of their own")
                .register(registry);
    }

    void leading(boolean now) {
        leading = now;
        if (!now) {
            statistics = null;
        }
    }

    void statistics(RelayConnection.Statistics now) {
        statistics = now;
    }

    /** @param rows the whole batch was acknowledged at about this moment */
    void sent(List<OutboxRow> rows) {
        Instant now = clock.instant();
        for (OutboxRow row : rows) {
            Duration took = Duration.between(row.createdAt(), now);
            delay.record(took.isNegative() ? Duration.ZERO : took);
            sent.computeIfAbsent(row.topic(), topic -> registry.counter("mailroom.outbox.sent", "topic", topic))
                    .increment();
        }
    }

    void refused(String topic, String reason) {
        registry.counter("mailroom.outbox.refused", "topic", topic, "reason", reason)
                .increment();
    }

    void parked() {
        parked.increment();
    }

    void leadGivenAway() {
        registry.counter("mailroom.outbox.lead.given.away").increment();
    }

    void connectionLost() {
        registry.counter("mailroom.outbox.connection.lost").increment();
    }

    private double pending() {
        RelayConnection.Statistics known = statistics;
        return known == null ? Double.NaN : known.pending();
    }

    private double ageSeconds() {
        RelayConnection.Statistics known = statistics;
        if (known == null) {
            return Double.NaN;
        }
        Instant oldest = known.oldest();
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / 1_000.0);
    }
}
