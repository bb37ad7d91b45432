package dev.mailroom.http;

import java.util.UUID;
import java.util.regex.Pattern;

/** Ids as they are written: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12 (RFC 9562), and in no other way. */
public final class Ids {
    private static final Pattern WRITTEN = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private Ids() {}

    static boolean isId(String text) {
        return WRITTEN.matcher(text).matches();
    }

    /**
     * The id. {@link UUID#fromString} would also take {@code 1-1-1-1-1}, and two ways to write an id are two keys.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static UUID parse(String text) {
        if (!isId(text)) {
            throw new IllegalArgumentException("not an id");
        }
        return UUID.fromString(text);
    }
}
