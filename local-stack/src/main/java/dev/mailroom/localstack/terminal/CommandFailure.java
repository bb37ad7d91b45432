package dev.mailroom.localstack.terminal;

import org.jspecify.annotations.Nullable;

/** A command cannot go on; the message is one line for a person. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CommandFailure(String message) {
        super(message);
    }

    public CommandFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
