package dev.mailroom.rules.rule;

import java.util.Locale;
import java.util.Optional;

/** Whose conversations a rule sees: its owner's own, or those that are shared with the organization. */
public enum Scope {
    PERSONAL,
    ORGANIZATION;

    /** The name in JSON and in the database. */
    public String json() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Scope> of(String json) {
        for (Scope scope : values()) {
            if (scope.json().equals(json)) {
                return Optional.of(scope);
            }
        }
        return Optional.empty();
    }
}
