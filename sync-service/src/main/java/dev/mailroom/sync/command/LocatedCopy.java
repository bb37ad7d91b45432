package dev.mailroom.sync.command;

import dev.mailroom.sync.mailbox.MailboxRow;
import java.time.Instant;

/**
 * A copy of a message with the mailbox it lies in.
 *
 * @param knownSince when we learned that it lies there
 */
record LocatedCopy(MailboxRow mailbox, long uidValidity, long uid, boolean seen, Instant knownSince) {}
