package dev.mailroom.account.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** How the folders of the account appear in the sidebar. */
public enum Sidebar {
    @JsonProperty("pin_all")
    PIN_ALL,
    @JsonProperty("choose")
    CHOOSE;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Sidebar ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
