package dev.mailroom.mailclient.failure;

import java.util.Locale;

/** How far the dialogue with a mail server came. In order: a later stage means that all earlier ones succeeded. */
public enum Stage {
    DNS,
    ADDRESS,
    CONNECT,
    TLS,
    CERTIFICATE,
    STARTTLS,
    GREETING,
    LOGIN,
    SELECT,
    COMMAND,
    OK;

    /** The name as it is written in JSON: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
