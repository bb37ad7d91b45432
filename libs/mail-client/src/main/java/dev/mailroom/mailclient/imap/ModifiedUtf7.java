package dev.mailroom.mailclient.imap;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The encoding of mailbox names.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3501#section-5.1.3">RFC 3501 section 5.1.3</a>
 */
final class ModifiedUtf7 {
    private ModifiedUtf7() {}

    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 8);
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '&') {
                encoded.append("&-");
                i++;
            } else if (c >= 0x20 && c <= 0x7e) {
                encoded.append(c);
                i++;
            } else {
                int end = i;
                while (end < text.length() && (text.charAt(end) < 0x20 || text.charAt(end) > 0x7e)) {
                    end++;
                }
                byte[] utf16 = text.substring(i, end).getBytes(StandardCharsets.UTF_16BE);
                String base64 = Base64.getEncoder().withoutPadding().encodeToString(utf16);
                encoded.append('&').append(base64.replace('/', ',')).append('-');
                i = end;
            }
        }
        return encoded.toString();
    }

    /** Never fails: a name that is not well formed is shown as it is. */
    static String decode(String raw) {
        StringBuilder decoded = new StringBuilder(raw.length());
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i);
            if (c != '&') {
                decoded.append(c);
                i++;
                continue;
            }
            int end = raw.indexOf('-', i);
            if (end < 0) {
                return raw;
            }
            if (end == i + 1) {
                decoded.append('&');
            } else if (!decodeShifted(raw.substring(i + 1, end), decoded)) {
                return raw;
            }
            i = end + 1;
        }
        return decoded.toString();
    }

    private static boolean decodeShifted(String shifted, StringBuilder decoded) {
        try {
            byte[] utf16 = Base64.getDecoder().decode(shifted.replace(',', '/'));
            if (utf16.length == 0 || utf16.length % 2 != 0) {
                return false;
            }
            String text = StandardCharsets.UTF_16BE
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf16))
                    .toString();
            decoded.append(text);
            // A hidden NUL or line end would change what is around it.
            return text.chars().noneMatch(Character::isISOControl);
        } catch (IllegalArgumentException | CharacterCodingException notEncoded) {
            return false;
        }
    }
}
