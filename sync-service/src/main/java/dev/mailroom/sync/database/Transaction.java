package dev.mailroom.sync.database;

import dev.mailroom.contracts.MailroomEvent;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Statements and events that become true together, or not at all. Belongs to one thread, ends with the work it was opened for.
 *
 * <p>PostgreSQL does the statements one after the other, in the order in which they were given. Those of {@link Sql} are waited for;
 * {@link #send} and {@link #require} do not wait, so that many of them cost one way to the server and back. What one of them fails with
 * comes out of the next wait, or of the end of the work: nothing is committed.
 */
public interface Transaction extends Sql {
    /** Sends a statement and does not wait for it. */
    Answer send(String sql, @Nullable Object... parameters);

    /**
     * Sends a statement without which nothing of this is true, and does not wait for it.
     *
     * @param otherwise thrown by the next wait, or by the end of the work, if the statement gives no row
     */
    void require(Supplier<? extends RuntimeException> otherwise, String sql, @Nullable Object... parameters);

    /**
     * Adds an event to the transaction.
     *
     * @param id deterministic: the same fact told again has the same id
     */
    void tell(UUID id, MailroomEvent event);
}
