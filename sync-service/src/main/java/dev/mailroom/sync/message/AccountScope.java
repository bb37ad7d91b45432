package dev.mailroom.sync.message;

import dev.mailroom.contracts.Mailbox;
import java.util.Map;
import java.util.UUID;

/** Whose messages a change is about, with the mailboxes that its events name. */
public record AccountScope(UUID account, UUID organization, Map<UUID, Mailbox> mailboxes) {
    public AccountScope {
        mailboxes = Map.copyOf(mailboxes);
    }

    /** @throws IllegalStateException if the mailbox is not one of the account's */
    public Mailbox mailbox(UUID id) {
        Mailbox mailbox = mailboxes.get(id);
        if (mailbox == null) {
            throw new IllegalStateException("mailbox " + id + " is not known");
        }
        return mailbox;
    }
}
