package dev.mailroom.mailclient.imap;

/**
 * Where an appended message is.
 *
 * @param uidValidity 0 if the server did not say (RFC 4315)
 * @param uid 0 if the server did not say
 */
public record AppendResult(long uidValidity, long uid) {
    public static final AppendResult UNKNOWN = new AppendResult(0, 0);

    public boolean known() {
        return uid > 0 && uidValidity > 0;
    }
}
