package dev.mailroom.outbox;

/** A place between two steps of the relay, where a test can make it crash. */
@FunctionalInterface
interface Failpoint {
    /** The steps of one batch, in order. */
    enum Step {
        SELECTED,
        SENT,
        DELETED
    }

    /** Called by the relay's thread when a step is done. */
    void passed(Step step);

    /** What runs outside of tests. */
    static Failpoint none() {
        return _ -> {};
    }
}
