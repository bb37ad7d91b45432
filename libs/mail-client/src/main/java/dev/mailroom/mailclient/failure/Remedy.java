package dev.mailroom.mailclient.failure;

/** What the caller should do about a failure. */
public enum Remedy {
    /** Try again on a new connection after the usual, growing delay. */
    RETRY,
    /** The server is protecting itself: wait longer and use fewer connections; the credentials are fine. */
    BACK_OFF,
    /** The credentials were refused. Count it: never change an account's state on the first one. */
    REAUTHENTICATE,
    /** A person has to change something: a setting, a certificate, the server's policy. */
    NEEDS_ACTION,
    /** This request cannot succeed; the connection may still be good. */
    GIVE_UP
}
