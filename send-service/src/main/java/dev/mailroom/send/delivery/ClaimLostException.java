package dev.mailroom.send.delivery;

/** Somebody else owns the message, or took it back: this delivery stops and writes nothing. */
final class ClaimLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClaimLostException() {
        super("the claim is lost");
    }
}
