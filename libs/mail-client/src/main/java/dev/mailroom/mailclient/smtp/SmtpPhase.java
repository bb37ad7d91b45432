package dev.mailroom.mailclient.smtp;

import java.util.Locale;

/** How far the handing over of one message came. In order. */
public enum SmtpPhase {
    CONNECT,
    TLS,
    GREETING,
    AUTH,
    /** MAIL and RCPT. */
    ENVELOPE,
    /** DATA and the message without its end. */
    DATA,
    /** The end of the message: from here on the server may have it, whatever happens to the connection. */
    DOT,
    /** The server took responsibility (RFC 5321 section 4.2.5). */
    ACCEPTED;

    /** The name as it is stored and written in JSON: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
