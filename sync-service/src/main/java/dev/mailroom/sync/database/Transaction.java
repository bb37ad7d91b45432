package dev.mailroom.sync.database;

import dev.mailroom.contracts.MailroomEvent;
import java.util.UUID;

/** Statements and events that become true together, or not at all. Belongs to one thread, ends with the work it was opened for. */
public interface Transaction extends Sql {
    /**
     * Adds an event to the transaction.
     *
     * @param id deterministic: the same fact told again has the same id
     */
    void tell(UUID id, MailroomEvent event);
}
