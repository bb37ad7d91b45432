package dev.mailroom.send.compose;

import java.nio.charset.StandardCharsets;

/** The file name in Content-Disposition (RFC 2183, RFC 2231). Jakarta Mail would write a long encoded name as one line. */
final class FilenameParameter {
    /** Characters of a value that stand on one line. */
    private static final int SEGMENT_MAX_CHARS = 60;

    private static final String PLAIN = "!#$&+-.^_`|~";

    private FilenameParameter() {}

    /** The parameter with its leading semicolon, folded. */
    static String of(String filename) {
        boolean quotable = filename.length() <= SEGMENT_MAX_CHARS
                && filename.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '"' && c != '\\');
        if (quotable) {
            return ";\r\n filename=\"" + filename + "\"";
        }
        StringBuilder header = new StringBuilder();
        StringBuilder segment = new StringBuilder("UTF-8''");
        int number = 0;
        for (byte b : filename.getBytes(StandardCharsets.UTF_8)) {
            segment.append(encoded(b));
            if (segment.length() >= SEGMENT_MAX_CHARS) {
                append(header, number++, segment);
                segment.setLength(0);
            }
        }
        if (!segment.isEmpty()) {
            append(header, number, segment);
        }
        return header.toString();
    }

    private static void append(StringBuilder header, int number, CharSequence segment) {
        header.append(";\r\n filename*").append(number).append("*=").append(segment);
    }

    private static String encoded(byte b) {
        char c = (char) (b & 0xff);
        boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
        return plain ? String.valueOf(c) : "%%%02X".formatted((int) c);
    }
}
