package dev.mailroom.testkit.imap.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a server does that keeps mail as objects, not as bytes: it gives other fields, in another order, and does not take all. */
final class Rewriting {
    private static final int LINE_MAX = 998;
    private static final Pattern ATTACHED =
            Pattern.compile("(?is)content-type: message/rfc822.*?=\\?[^?\r\n]*\\?[QB]\\?[^?\r\n]*\r\n");

    private Rewriting() {}

    /** @return the end of the answer to APPEND if it does not take the message; null if it does */
    static @Nullable String refusal(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (text.lines().anyMatch(line -> line.length() > LINE_MAX)) {
            return "BAD Command Error. 10";
        }
        return ATTACHED.matcher(text).find() ? "BAD Command Argument Error. 11" : null;
    }

    static byte[] of(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return content;
        }
        List<String> fields = new ArrayList<>(List.of(text.substring(0, end).split("\r\n(?![ \t])", -1)));
        java.util.Collections.reverse(fields);
        fields.addFirst("X-MS-Exchange-Organization-AuthAs: Internal");
        String written = String.join("\r\n", fields) + text.substring(end);
        return written.getBytes(StandardCharsets.ISO_8859_1);
    }
}
