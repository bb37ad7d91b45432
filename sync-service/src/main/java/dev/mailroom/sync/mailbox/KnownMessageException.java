package dev.mailroom.sync.mailbox;

/** The account has a message already that seemed to be new to it, perhaps in another mailbox that it has left: nothing was stored. */
final class KnownMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KnownMessageException() {
        super("the account knows the message");
    }
}
