package dev.mailroom.send.delivery;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Production: nothing stops at a step. */
@DefaultBean
@ApplicationScoped
class SilentProbe implements DeliveryProbe {
    @Override
    public void at(Step step, UUID outgoing, String phase) {
        // Nothing listens.
    }
}
