package dev.mailroom.mailclient.smtp;

import java.util.LinkedHashSet;
import java.util.List;

/**
 * Who a message is from and to on the wire (RFC 5321 section 2.3.1); the headers say nothing about it.
 *
 * @param from the reverse-path
 * @param recipients 1..{@link #RECIPIENTS_MAX}, each once, Bcc among them
 */
public record SmtpEnvelope(String from, List<String> recipients) {
    /** Recipients that every server must take in one transaction (RFC 5321 section 4.5.3.1.8). */
    public static final int RECIPIENTS_MAX = 100;

    /** Octets of a path with its brackets (RFC 5321 section 4.5.3.1.3). */
    private static final int PATH_MAX_CHARS = 254;

    /** @throws IllegalArgumentException if an address could break out of its command, or the number is out of range */
    public SmtpEnvelope {
        recipients = List.copyOf(new LinkedHashSet<>(recipients));
        if (recipients.isEmpty() || recipients.size() > RECIPIENTS_MAX) {
            throw new IllegalArgumentException("recipients must be 1.." + RECIPIENTS_MAX);
        }
        requirePath(from);
        recipients.forEach(SmtpEnvelope::requirePath);
    }

    boolean needsUtf8() {
        return !isAscii(from) || !recipients.stream().allMatch(SmtpEnvelope::isAscii);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static void requirePath(String address) {
        boolean plain = address.chars().allMatch(c -> c > ' ' && c != 0x7f && c != '<' && c != '>');
        if (!plain || address.length() > PATH_MAX_CHARS || address.indexOf('@') < 1) {
            throw new IllegalArgumentException("not an address that fits the envelope");
        }
    }
}
