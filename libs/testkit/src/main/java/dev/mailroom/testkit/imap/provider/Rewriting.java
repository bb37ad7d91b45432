package dev.mailroom.testkit.imap.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A message as a server gives it that keeps mail as objects, not as bytes: other fields, in another order. */
final class Rewriting {
    private Rewriting() {}

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
