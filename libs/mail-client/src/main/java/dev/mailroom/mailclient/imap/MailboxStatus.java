package dev.mailroom.mailclient.imap;

/**
 * The counters of a mailbox.
 *
 * @param messages how many
 * @param unseen how many without \Seen; -1 if the server did not say
 * @param uidNext the next UID, 1..4294967295; 0 if the server did not say
 * @param uidValidity epoch of the UIDs, 1..4294967295; 0 if the server did not say, which is no change
 * @param highestModSeq 0 if the mailbox has no mod-sequences (RFC 7162)
 */
public record MailboxStatus(long messages, long unseen, long uidNext, long uidValidity, long highestModSeq) {}
