package dev.mailroom.sync.mailbox;

import java.util.Set;
import java.util.UUID;

/** The account has a message already that seemed to be new to it, perhaps in another mailbox that it has left: nothing was stored. */
final class KnownMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Set<UUID> mailboxes;

    /** @param mailboxes that it is believed to lie in */
    KnownMessageException(Set<UUID> mailboxes) {
        super("the account knows the message");
        this.mailboxes = Set.copyOf(mailboxes);
    }

    Set<UUID> mailboxes() {
        return mailboxes;
    }
}
