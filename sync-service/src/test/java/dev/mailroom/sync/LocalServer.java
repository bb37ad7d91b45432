package dev.mailroom.sync;

/** An IMAP server on this machine. */
interface LocalServer extends AutoCloseable {
    int port();

    /** A new user with an empty mailbox and {@link Scene#PASSWORD}. */
    String newUser();
}
