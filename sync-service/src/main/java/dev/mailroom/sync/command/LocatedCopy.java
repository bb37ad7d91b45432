package dev.mailroom.sync.command;

import dev.mailroom.sync.mailbox.MailboxRow;

/** A copy of a message with the mailbox it lies in. */
record LocatedCopy(MailboxRow mailbox, long uidValidity, long uid, boolean seen) {}
