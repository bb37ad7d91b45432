package dev.mailroom.account.discovery;

/** A file of a domain that could not be had or cannot be used. */
final class AutoconfigException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What a retry could change. */
    enum Reason {
        /** There is no such host or no such file. */
        ABSENT,
        SLOW,
        /** Refused by the guard, not trusted, too long, not a configuration. */
        UNUSABLE
    }

    private final Reason reason;

    AutoconfigException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    AutoconfigException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
