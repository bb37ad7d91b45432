package dev.mailroom.send.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when the threads that claim and keep mail are gone: only a restart brings them back. */
@Liveness
@ApplicationScoped
class DispatcherHealth implements HealthCheck {
    private final Dispatcher dispatcher;

    DispatcherHealth(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("delivery").status(dispatcher.alive()).build();
    }
}
