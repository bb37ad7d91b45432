package dev.mailroom.outbox;

import java.util.UUID;

/**
 * An event failed {@link EventConsumer#ATTEMPTS_MAX} times for a reason of its own.
 *
 * <p>Has no cause: the dead letter's headers would quote it, and with it perhaps a row.
 */
public final class PoisonEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PoisonEventException(UUID event, String type, String failure) {
        super("event " + event + " of type " + type + " failed " + EventConsumer.ATTEMPTS_MAX + " times: " + failure);
    }
}
