package dev.mailroom.sync.message;

import java.nio.charset.StandardCharsets;

/** Makes text of strangers safe to store: no NUL, no lone surrogates, no control characters but tab and line feed. */
final class CleanText {
    private static final char DELETE = '\u007f';

    private CleanText() {}

    /** Text of several lines; carriage returns go. */
    static String lines(String text) {
        // Written over what was read: a clean character never takes more room.
        char[] clean = text.toCharArray();
        int length = 0;
        for (int i = 0; i < clean.length; i++) {
            char c = clean[i];
            if (c >= ' ' && c < DELETE || c == '\n' || c == '\t') {
                clean[length++] = c;
            } else if (Character.isHighSurrogate(c) && i + 1 < clean.length && Character.isLowSurrogate(clean[i + 1])) {
                clean[length++] = c;
                clean[length++] = clean[++i];
            } else if (Character.isSurrogate(c)) {
                clean[length++] = '\ufffd';
            } else if (!Character.isISOControl(c)) {
                clean[length++] = c;
            }
        }
        return new String(clean, 0, length);
    }

    /** One line of at most {@code max} characters: white space runs become one space. */
    static String line(String text, int max) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), max));
        boolean space = true;
        for (int i = 0; i < text.length() && clean.length() < max; i++) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c) || Character.isISOControl(c) || c == '\u00a0') {
                if (!space) {
                    clean.append(' ');
                }
                space = true;
                continue;
            }
            space = false;
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                if (clean.length() + 2 > max) {
                    break;
                }
                clean.append(c).append(text.charAt(++i));
            } else {
                clean.append(Character.isSurrogate(c) ? '\ufffd' : c);
            }
        }
        return clean.toString().strip();
    }

    /** The longest beginning that has at most {@code max} bytes of UTF-8. */
    static String atMostBytes(String text, int max) {
        if (text.length() * 3L <= max) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= max) {
            return text;
        }
        int end = max;
        while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
