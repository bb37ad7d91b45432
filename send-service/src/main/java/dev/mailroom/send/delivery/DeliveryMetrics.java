package dev.mailroom.send.delivery;

import dev.mailroom.send.outgoing.OutgoingState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted about sending; names begin with {@code mailroom_send_}. */
@ApplicationScoped
class DeliveryMetrics {
    private final MeterRegistry registry;
    private final Timer attempts;
    private final Counter fenced;
    private final Counter recovered;
    private final AtomicLong queued = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong oldestDueMillis = new AtomicLong();
    private final AtomicLong inFlight = new AtomicLong();

    DeliveryMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.attempts = registry.timer("mailroom.send.attempt");
        this.fenced = registry.counter("mailroom.send.fenced");
        this.recovered = registry.counter("mailroom.send.recovered");
        Gauge.builder("mailroom.send.queued", queued, AtomicLong::get)
                .description("Messages that wait for an attempt, all replicas together")
                .register(registry);
        Gauge.builder("mailroom.send.unknown", unknown, AtomicLong::get)
                .description("Messages of which nobody knows whether they were sent")
                .register(registry);
        Gauge.builder("mailroom.send.oldest.due", oldestDueMillis, millis -> millis.get() / 1_000.0)
                .baseUnit("seconds")
                .description("How long the message that is due for longest has been due")
                .register(registry);
        Gauge.builder("mailroom.send.in.flight", inFlight, AtomicLong::get)
                .description("Deliveries that run in this replica")
                .register(registry);
    }

    void outcome(OutgoingState state) {
        registry.counter("mailroom.send.outcomes", "outcome", state.wireName()).increment();
    }

    void attempt(Duration time) {
        attempts.record(time);
    }

    void fenced() {
        fenced.increment();
    }

    void recovered(int messages) {
        recovered.increment(messages);
    }

    void inFlight(int deliveries) {
        inFlight.set(deliveries);
    }

    void counted(long waiting, long undecided, Duration oldestDue) {
        queued.set(waiting);
        unknown.set(undecided);
        oldestDueMillis.set(oldestDue.toMillis());
    }
}
