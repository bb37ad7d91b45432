package dev.mailroom.outbox;

import java.util.UUID;

/** An event has more data than {@link Outbox#EVENT_MAX_BYTES}. Nothing of its transaction should be committed. */
public final class EventTooLargeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    EventTooLargeException(String type, UUID event, long bytes) {
        super("event " + event + " of type " + type + " has " + bytes + " bytes of data, at most "
                + Outbox.EVENT_MAX_BYTES + " are allowed");
    }
}
