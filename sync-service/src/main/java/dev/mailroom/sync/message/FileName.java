package dev.mailroom.sync.message;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A file name that a stranger chose, made safe to offer to a person and to write into a header. */
final class FileName {
    static final int NAME_MAX_CHARS = 200;

    /** What file systems take. */
    static final int NAME_MAX_BYTES = 255;

    private static final int EXTENSION_MAX_CHARS = 20;

    /** Fillers and a pattern without dots: letters and symbols by their kind. */
    private static final String BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0";

    private FileName() {}

    /**
     * The last part of a path without control and direction characters, and without the dots at its end that some systems leave out; null
     * if nothing is left. One that is too long keeps its extension: that says what it is.
     */
    static @Nullable String clean(String name) {
        String visible = name.codePoints()
                .filter(c -> !isInvisible(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String last = visible.substring(Math.max(visible.lastIndexOf('/'), visible.lastIndexOf('\\')) + 1);
        String line = CleanText.line(last, last.length());
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == '.' || line.charAt(end - 1) == ' ')) {
            end--;
        }
        return end == 0 ? null : cut(line.substring(0, end));
    }

    private static String cut(String name) {
        int dot = name.lastIndexOf('.');
        String extension = dot > 0 && name.length() - dot <= EXTENSION_MAX_CHARS ? name.substring(dot) : "";
        String stem = name.substring(0, name.length() - extension.length());
        String shortened = CleanText.line(stem, NAME_MAX_CHARS - extension.length());
        int bytes = NAME_MAX_BYTES - extension.getBytes(StandardCharsets.UTF_8).length;
        return CleanText.atMostBytes(shortened, bytes).strip() + extension;
    }

    /**
     * Characters that turn the direction of what follows, or that nobody sees, be they blanks that look like none: {@code gpj.exe} is to look
     * like what it is, and not to stand far to the right of where one looks.
     */
    private static boolean isInvisible(int c) {
        return Character.getType(c) == Character.FORMAT || BLANKS.indexOf(c) >= 0;
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
