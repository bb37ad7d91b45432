package dev.mailroom.account.verification;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** How the server tells about new mail, the best way it offers. */
public enum Push {
    /** For all folders at once (RFC 5465). */
    @JsonProperty("notify")
    NOTIFY,
    /** For the inbox (RFC 2177); other folders are looked through. */
    @JsonProperty("idle")
    IDLE,
    /** Not at all: everything is looked through. */
    @JsonProperty("poll")
    POLL;

    public static Push ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
