package dev.mailroom.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a mailbox is for. Names follow RFC 6154, with {@code inbox} beside them. */
public enum MailboxRole {
    @JsonProperty("inbox")
    INBOX,
    @JsonProperty("sent")
    SENT,
    @JsonProperty("archive")
    ARCHIVE,
    @JsonProperty("trash")
    TRASH,
    @JsonProperty("junk")
    JUNK,
    @JsonProperty("drafts")
    DRAFTS
}
