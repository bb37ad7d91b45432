package dev.mailroom.mailclient.imap;

import java.util.Map;

/**
 * What COPY or MOVE did.
 *
 * @param targetUidValidity of the target; 0 if the server did not say
 * @param uids source UID to target UID, as far as the server said (RFC 4315); may miss some or all
 * @param sources what became of the source messages
 */
public record TransferResult(long targetUidValidity, Map<Long, Long> uids, Sources sources) {
    /** What became of the source messages. */
    public enum Sources {
        /** A copy: they stay. */
        KEPT,
        /** They are gone. */
        REMOVED,
        /**
         * They carry \Deleted but are still there, because the server cannot expunge single messages and a plain EXPUNGE would remove what
         * other programs marked. Hide them.
         */
        MARKED_DELETED
    }

    public TransferResult {
        uids = Map.copyOf(uids);
    }
}
