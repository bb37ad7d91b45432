package dev.mailroom.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of the records' own constructors, so that a record that exists is complete. */
final class Required {
    private Required() {}

    static <T> T of(String field, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("field \"" + field + "\" is missing");
        }
        return value;
    }

    /** A list field that is absent is an empty list. */
    static <T> List<T> list(@Nullable List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }
}
