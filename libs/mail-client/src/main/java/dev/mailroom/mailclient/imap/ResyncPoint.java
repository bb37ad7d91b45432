package dev.mailroom.mailclient.imap;

import org.jspecify.annotations.Nullable;

/**
 * What we knew of a mailbox when we last looked (RFC 7162, 3.2.5).
 *
 * @param uidValidity 1..4294967295
 * @param modSeq at least 1
 * @param known the UIDs that we have; null for all that there could be
 */
public record ResyncPoint(
        long uidValidity, long modSeq, @Nullable UidSet known) {
    public ResyncPoint {
        if (uidValidity < 1 || modSeq < 1) {
            throw new IllegalArgumentException("nothing to resume from");
        }
    }
}
