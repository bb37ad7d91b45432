package dev.mailroom.outbox;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Liveness only: an outage of Kafka or PostgreSQL is waited for, and is no reason to be taken out of service. */
@Liveness
@Singleton
class OutboxHealth implements HealthCheck {
    private final OutboxLifecycle lifecycle;

    @Inject
    OutboxHealth(OutboxLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("outbox relay")
                .status(lifecycle.isAlive())
                .build();
    }
}
