package dev.mailroom.sync.connection;

import java.time.Duration;

/** Nothing was sent to the host: the turn to log in does not come in time, or is not wanted any more. */
public final class NoTurnException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Duration left;

    public NoTurnException(Duration left) {
        super("no turn to log in for " + left.toSeconds() + " s");
        this.left = left;
    }

    /** How long the turn would take to come, as things are. */
    public Duration left() {
        return left;
    }
}
