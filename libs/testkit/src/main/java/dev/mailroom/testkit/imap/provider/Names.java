package dev.mailroom.testkit.imap.provider;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Names of folders between modified UTF-7 (RFC 3501 section 5.1.3) and UTF-8 (RFC 6855); one character for each byte. */
final class Names {
    private Names() {}

    static String utf8(String raw) {
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < raw.length()) {
            int end = raw.charAt(i) == '&' ? raw.indexOf('-', i) : -1;
            if (end < 0) {
                text.append(raw.charAt(i++));
            } else {
                String shifted = raw.substring(i + 1, end).replace(',', '/');
                text.append(
                        shifted.isEmpty()
                                ? "&"
                                : new String(Base64.getDecoder().decode(shifted), StandardCharsets.UTF_16BE));
                i = end + 1;
            }
        }
        return new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static String utf7(String bytes) {
        String text = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        StringBuilder raw = new StringBuilder();
        StringBuilder shifted = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            boolean plain = i == text.length() || (text.charAt(i) >= ' ' && text.charAt(i) <= '~');
            if (plain && !shifted.isEmpty()) {
                String base64 = Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(shifted.toString().getBytes(StandardCharsets.UTF_16BE));
                raw.append('&').append(base64.replace('/', ',')).append('-');
                shifted.setLength(0);
            }
            if (i < text.length()) {
                (plain ? raw : shifted).append(text.charAt(i) == '&' ? "&-" : text.charAt(i));
            }
        }
        return raw.toString();
    }
}
