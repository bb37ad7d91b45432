package dev.mailroom.account.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What an organization pays for. */
public enum Plan {
    @JsonProperty("free")
    FREE,
    @JsonProperty("paid")
    PAID;

    static Plan ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
