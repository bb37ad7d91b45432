package dev.mailroom.account.organization;

import java.util.Locale;

/** What an organization pays for. */
public enum Plan {
    FREE,
    PAID;

    static Plan ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
