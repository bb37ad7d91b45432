package dev.mailroom.sync.connection;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** How somebody waits for the turn to log in to a host. */
public sealed interface Patience {
    /**
     * Somebody waits for the answer to a request: goes before sessions and imports, in a line of its own.
     *
     * @param max the longest wait; who would have to wait longer is told so at once
     */
    record Reader(Duration max) implements Patience {}

    /**
     * A session or an import: as long as the line is.
     *
     * @param goesOn asked every {@link #LOOK_INTERVAL} at the latest; false gives the turn up
     */
    record Background(BooleanSupplier goesOn) implements Patience {}

    /** The longest time for which somebody who waits does not look around. */
    Duration LOOK_INTERVAL = Duration.ofSeconds(2);
}
