package dev.mailroom.mailclient.smtp;

import java.util.Locale;

/** What became of one recipient, with the reply that decided it. */
public record RecipientResult(State state, SmtpReply reply) {
    public enum State {
        ACCEPTED,
        DEFERRED,
        REJECTED;

        /** The name as it is stored and written in JSON: lower case. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
