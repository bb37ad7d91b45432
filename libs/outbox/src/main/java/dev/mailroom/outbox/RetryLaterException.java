package dev.mailroom.outbox;

/** An effect cannot be done now for a reason that is not the event's: {@link EventConsumer} tries it again for ever. */
public class RetryLaterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message ids, never content */
    public RetryLaterException(String message) {
        super(message);
    }

    /** @param message ids, never content */
    public RetryLaterException(String message, Throwable cause) {
        super(message, cause);
    }
}
