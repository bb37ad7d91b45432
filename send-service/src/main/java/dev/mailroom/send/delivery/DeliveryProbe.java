package dev.mailroom.send.delivery;

import java.util.UUID;

/** Hears of each step of a delivery, so that a test can stop the world there. */
public interface DeliveryProbe {
    /** Between which steps a process may die. */
    enum Step {
        CLAIMED,
        BEFORE_PHASE_IS_STORED,
        AFTER_PHASE_IS_STORED,
        BEFORE_OUTCOME_IS_STORED,
        AFTER_OUTCOME_IS_STORED
    }

    /** @param phase wire name of the phase that is about to begin; empty outside of one */
    void at(Step step, UUID outgoing, String phase);
}
