package dev.mailroom.mailclient.imap;

import java.util.Locale;

/**
 * The response code and the text behind OK, NO, BAD or BYE (RFC 3501, 7.1).
 *
 * @param code upper case; empty if there is none
 * @param argument what stands behind the code within the brackets; possibly empty
 * @param text for people; possibly empty
 */
record StatusText(String code, String argument, String text) {
    static final StatusText NONE = new StatusText("", "", "");

    static StatusText parse(String rest) {
        String stripped = rest.strip();
        if (!stripped.startsWith("[")) {
            return new StatusText("", "", stripped);
        }
        // PERMANENTFLAGS and BADCHARSET may hold brackets in quotes only; the first one that closes is the end.
        int close = stripped.indexOf(']');
        if (close < 0) {
            return new StatusText("", "", stripped);
        }
        String inside = stripped.substring(1, close).strip();
        int space = inside.indexOf(' ');
        String code = (space < 0 ? inside : inside.substring(0, space)).toUpperCase(Locale.ROOT);
        String argument = space < 0 ? "" : inside.substring(space + 1).strip();
        return new StatusText(code, argument, stripped.substring(close + 1).strip());
    }

    boolean is(String expected) {
        return code.equals(expected);
    }
}
