package dev.mailroom.send.outgoing;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where an outgoing message is. */
public enum OutgoingState {
    SCHEDULED,
    QUEUED,
    SENDING,
    ACCEPTED,
    PARTIALLY_ACCEPTED,
    DEFERRED,
    REJECTED,
    UNKNOWN,
    CANCELLED,
    BOUNCED;

    /** The name as it is stored and written in JSON: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<OutgoingState> of(String wireName) {
        return Arrays.stream(values())
                .filter(state -> state.wireName().equals(wireName))
                .findFirst();
    }
}
