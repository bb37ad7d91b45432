package dev.mailroom.mailclient.smtp;

import dev.mailroom.mailclient.failure.ServerText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered (RFC 5321 section 4.2).
 *
 * @param code 200..599
 * @param enhancedCode RFC 3463, for example {@code 5.1.1}; read from the text whether the server announced it or not
 * @param text cleaned, at most 200 characters
 */
public record SmtpReply(int code, @Nullable String enhancedCode, String text) {
    private static final int CODE_MIN = 200;
    private static final int CODE_MAX = 599;
    private static final int CODE_DIGITS = 3;
    private static final Pattern ENHANCED = Pattern.compile("[245]\\.\\d{1,3}\\.\\d{1,3}(?=[ :]|$)");

    /**
     * Reads a reply of one or more lines.
     *
     * @return null if it does not begin with a reply code
     */
    static @Nullable SmtpReply parse(String reply) {
        String[] lines = reply.split("\r?\n", -1);
        String first = lines[0];
        if (first.length() < CODE_DIGITS || !first.chars().limit(CODE_DIGITS).allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        int code = Integer.parseInt(first.substring(0, CODE_DIGITS));
        boolean separated = first.length() == CODE_DIGITS || " -".indexOf(first.charAt(CODE_DIGITS)) >= 0;
        if (code < CODE_MIN || code > CODE_MAX || !separated) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            if (line.length() > CODE_DIGITS + 1) {
                text.append(text.isEmpty() ? "" : " ").append(line, CODE_DIGITS + 1, line.length());
            }
        }
        String said = text.toString();
        Matcher enhanced = ENHANCED.matcher(said);
        return new SmtpReply(code, enhanced.lookingAt() ? enhanced.group() : null, ServerText.clean(said));
    }

    boolean positive() {
        return code / 100 == 2;
    }
}
