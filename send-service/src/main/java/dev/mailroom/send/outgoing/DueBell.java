package dev.mailroom.send.outgoing;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes the delivery of this replica; other replicas find the work when they look. Thread safe. */
@ApplicationScoped
public class DueBell {
    private final Semaphore rings = new Semaphore(0);

    /** Something may be due. Never blocks. */
    public void ring() {
        if (rings.availablePermits() == 0) {
            rings.release();
        }
    }

    /** Waits for a ring, or until the time is over. */
    public void await(Duration longest) throws InterruptedException {
        if (rings.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
            rings.drainPermits();
        }
    }
}
