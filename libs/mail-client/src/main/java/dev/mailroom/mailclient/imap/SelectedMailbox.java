package dev.mailroom.mailclient.imap;

import java.util.List;
import java.util.Set;

/**
 * The state of a mailbox when it was selected.
 *
 * @param uidValidity 0 if the server did not say: no UID may be stored then
 * @param uidNext 0 if the server did not say
 * @param highestModSeq 0 if the mailbox has no mod-sequences
 * @param permanentFlags flags that can be kept; {@code \*} means new keywords too
 * @param resynced true if the server answered the resync: {@code vanished} and {@code changed} are complete
 * @param vanished UIDs that went since the resync point
 * @param changed messages that came or changed since the resync point, with flags and mod-sequence
 */
public record SelectedMailbox(
        MailboxName name,
        long uidValidity,
        long uidNext,
        long exists,
        long highestModSeq,
        Set<String> permanentFlags,
        boolean readOnly,
        boolean resynced,
        UidSet vanished,
        List<MessageSummary> changed) {
    public SelectedMailbox {
        permanentFlags = Set.copyOf(permanentFlags);
        changed = List.copyOf(changed);
    }

    /** True if the mailbox keeps keywords that it has not seen before. */
    public boolean keepsKeywords() {
        return permanentFlags.contains("\\*");
    }
}
