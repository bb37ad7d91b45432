package dev.mailroom.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who asked for a command.
 *
 * @param id the rule, the user or the outgoing message; null for the system itself
 * @param event the event that led to it, null where a person asked
 * @param depth how many rules stand between a person's or a server's act and this one; 0 for none
 */
public record Origin(Kind kind, @Nullable UUID id, @Nullable UUID event, int depth) {
    public enum Kind {
        @JsonProperty("user")
        USER,
        @JsonProperty("rule")
        RULE,
        @JsonProperty("send")
        SEND,
        @JsonProperty("system")
        SYSTEM
    }

    public Origin {
        Required.of("kind", kind);
    }

    public static Origin user(UUID user) {
        return new Origin(Kind.USER, user, null, 0);
    }
}
