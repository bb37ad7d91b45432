package dev.mailroom.send.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Kills a delivery at a step, as the end of its process would: nothing is written after it, the lease just runs out. */
@ApplicationScoped
public class RiggedProbe implements DeliveryProbe {
    private record Plan(Step step, String phase) {}

    private final AtomicReference<@Nullable Plan> plan = new AtomicReference<>();

    /** Kills the next delivery that comes to this step. */
    void killAt(Step step, String phase) {
        plan.set(new Plan(step, phase));
    }

    boolean struck() {
        return plan.get() == null;
    }

    @Override
    public void at(Step step, UUID outgoing, String phase) {
        Plan planned = plan.get();
        if (planned != null
                && planned.step() == step
                && planned.phase().equals(phase)
                && plan.compareAndSet(planned, null)) {
            throw new Killed();
        }
    }

    /** No code of a delivery catches an Error. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed by a test", null, false, false);
        }
    }
}
