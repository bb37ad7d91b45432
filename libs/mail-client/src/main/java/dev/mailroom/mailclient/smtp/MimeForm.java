package dev.mailroom.mailclient.smtp;

/** What can be seen of a message without parsing it. */
final class MimeForm {
    private MimeForm() {}

    /**
     * Refuses what different servers would read as different messages: a bare CR or LF may end a line for one and not for the next, and
     * with it the message.
     *
     * @throws IllegalArgumentException if it is empty, larger than the limit, has a bare CR or LF, a NUL, or a line above 998 octets
     */
    static void requireTransmittable(byte[] mime, int maxBytes) {
        if (mime.length == 0 || mime.length > maxBytes) {
            throw new IllegalArgumentException("a message has 1.." + maxBytes + " bytes, not " + mime.length);
        }
        int line = 0;
        for (int i = 0; i < mime.length; i++) {
            byte b = mime[i];
            if (b == '\r' && i + 1 < mime.length && mime[i + 1] == '\n') {
                i++;
                line = 0;
            } else if (b == '\r' || b == '\n' || b == 0) {
                throw new IllegalArgumentException("byte " + i + " of the message is a bare CR or LF, or NUL");
            } else if (++line > SmtpLimits.LINE_MAX_BYTES) {
                throw new IllegalArgumentException(
                        "a line of the message has more than " + SmtpLimits.LINE_MAX_BYTES + " octets");
            }
        }
    }

    static boolean isEightBit(byte[] mime) {
        for (byte b : mime) {
            if (b < 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether a header field has a byte that only SMTPUTF8 permits (RFC 6532). */
    static boolean hasEightBitHeader(byte[] mime) {
        for (int i = 0; i < mime.length; i++) {
            boolean empty = mime[i] == '\n' && i + 2 < mime.length && mime[i + 1] == '\r' && mime[i + 2] == '\n';
            if (empty) {
                return false;
            }
            if (mime[i] < 0) {
                return true;
            }
        }
        return false;
    }
}
