package dev.mailroom.mailclient.net;

/** How a connection becomes encrypted. There is no way without. */
public enum Encryption {
    /** TLS from the first byte. */
    TLS,
    /** Plain text until STARTTLS, which is required before anything else is said. */
    STARTTLS
}
