package dev.mailroom.testkit.imap.provider;

/** Something that a provider does, and the standard does not expect. */
public enum Oddity {
    /** SELECT and STATUS are refused until the client has said who it is. */
    ID_DEMANDED,
    /** IDLE is taken and nothing is said in it. */
    IDLE_SILENT,
    /** NOOP and all other commands leave the view of the selected mailbox as it was; SELECT refreshes it. */
    NEVER_REFRESHES,
    /** FETCH answers come in two parts, and the last message first. */
    SPLIT_FETCH,
    /** FETCH also answers for a message that nobody asked for. */
    UNASKED_FETCH,
    /** FETCH has an answer in between that cannot be parsed. */
    BROKEN_BODYSTRUCTURE,
    /** An EXPUNGE is told for a message that the client never heard of. */
    GHOST_EXPUNGE,
    /** RFC822.SIZE is an estimate. */
    SIZE_ESTIMATED,
    /** What is appended is written anew: other bytes, same content. */
    REWRITES_MESSAGES,
    /** APPEND is refused for a line of more than 998 characters, and for an attached message with a header that is encoded wrongly. */
    REFUSES_ODD_APPENDS,
    /** The fifth SELECT of a user's first connection is refused with {@code [LIMIT]}. */
    LIMITS_SELECT,
    /** INBOX is written {@code Inbox}. */
    INBOX_IN_TITLE_CASE,
    /** INTERNALDATE is an hour off. */
    INTERNALDATE_SHIFTED,
    /** With QRESYNC, messages are said to have vanished that are there. */
    VANISHED_LIES,
    /** SELECT does not say UIDNEXT. */
    NO_UIDNEXT_IN_SELECT,
    /** Folders are labels: a message lies in All Mail and in each of its labels, and in Trash or Spam alone. */
    LABELS
}
