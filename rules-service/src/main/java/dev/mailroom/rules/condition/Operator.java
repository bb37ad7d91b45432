package dev.mailroom.rules.condition;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a leaf compares. A positive operator is true if any value of the field fits; a negative one if no value fits, so it is
 * true for a field without values.
 */
public enum Operator {
    IS,
    IS_NOT,
    CONTAINS,
    NOT_CONTAINS,
    BEGINS_WITH,
    ENDS_WITH,
    MATCHES_REGEX,
    EXISTS,
    IN,
    NOT_IN;

    private static final Set<Operator> OF_TEXT = EnumSet.complementOf(EnumSet.of(IN, NOT_IN));
    private static final Set<Operator> OF_ID = EnumSet.of(IS, IS_NOT, IN, NOT_IN);
    private static final Set<Operator> OF_FLAG = EnumSet.of(IS);

    /** The name in JSON. */
    public String json() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isNegative() {
        return this == IS_NOT || this == NOT_CONTAINS || this == NOT_IN;
    }

    /** Whether it looks inside a value, where a display name is as telling as the address. */
    boolean looksInside() {
        return this == CONTAINS || this == NOT_CONTAINS;
    }

    static Optional<Operator> of(String json) {
        return Arrays.stream(values()).filter(op -> op.json().equals(json)).findFirst();
    }

    static Set<Operator> of(Field.Kind kind) {
        return switch (kind) {
            case ADDRESS, TEXT -> OF_TEXT;
            case ID -> OF_ID;
            case FLAG -> OF_FLAG;
        };
    }

    static String names(Field.Kind kind) {
        return of(kind).stream().map(Operator::json).collect(Collectors.joining(", "));
    }
}
