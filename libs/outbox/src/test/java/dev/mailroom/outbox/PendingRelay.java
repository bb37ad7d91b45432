package dev.mailroom.outbox;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;

/** A relay whose metrics a test reads. */
final class PendingRelay implements AutoCloseable {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OutboxRelay relay;

    PendingRelay(RelayStack stack) {
        relay = new OutboxRelay(stack.pool, RelayStack.kafka(), RelayStack.quick(), registry, Clock.systemUTC());
        relay.start();
    }

    double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    @Override
    public void close() {
        relay.close();
    }
}
