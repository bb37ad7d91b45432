package dev.mailroom.account.alias;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** How a signature is to be read. HTML is kept as it was given: whoever shows it must treat it as untrusted. */
public enum SignatureFormat {
    @JsonProperty("text")
    TEXT,
    @JsonProperty("html")
    HTML;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SignatureFormat ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
