package dev.mailroom.sync.message;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A file name that a stranger chose, made safe to offer to a person and to write into a header. */
final class FileName {
    static final int NAME_MAX_CHARS = 200;

    /** What file systems take. */
    static final int NAME_MAX_BYTES = 255;

    private FileName() {}

    /** The last part of a path without control and direction characters; null if nothing is left. */
    static @Nullable String clean(String name) {
        String line = CleanText.line(
                name.chars()
                        .filter(c -> !isInvisible(c))
                        .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                        .toString(),
                NAME_MAX_CHARS);
        String last = line.substring(Math.max(line.lastIndexOf('/'), line.lastIndexOf('\\')) + 1);
        String shown = CleanText.atMostBytes(last, NAME_MAX_BYTES).strip();
        boolean onlyDots = shown.chars().allMatch(c -> c == '.' || c == ' ');
        return onlyDots ? null : shown;
    }

    /** Characters that turn the direction of what follows, or that nobody sees: {@code gpj.exe} is to look like what it is. */
    private static boolean isInvisible(int c) {
        return c >= 0x200b && c <= 0x200f
                || c >= 0x202a && c <= 0x202e
                || c >= 0x2060 && c <= 0x2069
                || c == 0xfeff
                || c == 0x061c;
    }

    /**
     * The value of Content-Disposition (RFC 6266) with the name in ASCII and, where that loses something, in UTF-8 (RFC 8187).
     *
     * @param name as a stranger wrote it, null for none
     */
    static String disposition(String kind, @Nullable String name) {
        String cleaned = name == null ? null : clean(name);
        if (cleaned == null) {
            return kind + "; filename=\"attachment\"";
        }
        StringBuilder ascii = new StringBuilder();
        cleaned.codePoints()
                // A percent sign would be decoded by some browsers, quotes and backslashes end the string.
                .map(c -> c >= ' ' && c < 0x7f && "\"\\%".indexOf(c) < 0 ? c : '_')
                .forEach(c -> ascii.append((char) c));
        String quoted = kind + "; filename=\"" + ascii + "\"";
        return ascii.toString().equals(cleaned) ? quoted : quoted + "; filename*=UTF-8''" + escaped(cleaned);
    }

    /** Everything but letters, digits and the harmless ones of RFC 8187's attr-char. */
    private static String escaped(String name) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= '0' && b <= '9'
                    || b >= 'A' && b <= 'Z'
                    || b >= 'a' && b <= 'z'
                    || b == '.'
                    || b == '-'
                    || b == '_';
            if (plain) {
                escaped.append((char) b);
            } else {
                escaped.append('%').append(String.format("%02X", b & 0xff));
            }
        }
        return escaped.toString();
    }
}
