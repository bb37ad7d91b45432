package dev.mailroom.mailclient.imap;

/**
 * Where a user's own mailboxes lie.
 *
 * @param prefix raw, one character for each byte; possibly empty, for example {@code INBOX.}
 * @param delimiter 0 if there is none
 */
public record Namespace(String prefix, char delimiter) {}
