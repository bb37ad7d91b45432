package dev.mailroom.embedded;

import org.jspecify.annotations.Nullable;

/** A server could not be started or stopped; the message is one line that says what a person can do. */
public class EmbeddedServerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line, shown to a person as it is */
    public EmbeddedServerException(String message) {
        super(message);
    }

    /** @param message one line, shown to a person as it is */
    public EmbeddedServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
