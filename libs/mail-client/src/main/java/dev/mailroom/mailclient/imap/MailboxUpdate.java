package dev.mailroom.mailclient.imap;

import java.util.Set;

/** Something that the server said unasked about the selected mailbox, or about another one. */
public sealed interface MailboxUpdate {
    /** The selected mailbox now has this many messages. */
    record Exists(long count) implements MailboxUpdate {}

    /** The message at this place (1-based, as of now) is gone. */
    record Expunged(long sequence) implements MailboxUpdate {}

    /** These UIDs are gone. With QRESYNC there will be no other notice. */
    record Vanished(UidSet uids) implements MailboxUpdate {}

    /**
     * Flags of a message changed.
     *
     * @param uid 0 if the server named only the place
     * @param sequence place in the mailbox, 1-based
     * @param modSeq 0 if the server did not say
     */
    record Flags(long uid, long sequence, Set<String> flags, long modSeq) implements MailboxUpdate {
        public Flags {
            flags = Set.copyOf(flags);
        }
    }

    /** Another mailbox changed (RFC 5465); counters that the server did not say are 0, {@code unseen} -1. */
    record Status(MailboxName name, MailboxStatus status) implements MailboxUpdate {}

    /** Mailboxes came, went or were renamed (RFC 5465), or more was said of them than is kept: list them all. */
    record Mailboxes() implements MailboxUpdate {}

    /** The server no longer tells of other mailboxes (NOTIFICATIONOVERFLOW, RFC 5465 section 5.8). */
    record WatchEnded() implements MailboxUpdate {}

    /** Too much was said to keep it: compare the whole mailbox. */
    record Overflow() implements MailboxUpdate {}
}
