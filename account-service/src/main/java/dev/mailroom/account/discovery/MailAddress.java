package dev.mailroom.account.discovery;

import dev.mailroom.http.Problems;
import java.net.IDN;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address whose servers are looked for.
 *
 * @param text as it was written, without white space around it
 * @param local before the @, 1..64 characters
 * @param domain behind the @ as the DNS knows it: lower case, A-labels, at least two labels, no last dot
 */
public record MailAddress(String text, String local, String domain) {
    private static final int TEXT_MAX_CHARACTERS = 254;
    private static final int LOCAL_MAX_CHARACTERS = 64;
    private static final int DOMAIN_MAX_CHARACTERS = 253;
    private static final int LABELS_MIN = 2;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NUMBER = Pattern.compile("\\d+|0x[0-9a-f]*");

    /** @throws dev.mailroom.http.ProblemException 400 naming {@code ?email} */
    static MailAddress ofQuery(@Nullable String email) {
        if (email == null || email.isBlank()) {
            throw Problems.invalid("?email", "is required");
        }
        return parse(email)
                .orElseThrow(() -> Problems.invalid(
                        "?email", "must be an email address like ana@example.com, with a domain name behind the @"));
    }

    /** Empty if it is no address whose domain could be looked up. */
    public static Optional<MailAddress> parse(String email) {
        String text = email.strip();
        int at = text.lastIndexOf('@');
        boolean fits = text.length() <= TEXT_MAX_CHARACTERS
                && at >= 1
                && at <= LOCAL_MAX_CHARACTERS
                && text.indexOf('@') == at
                && text.codePoints().noneMatch(MailAddress::isUnsafe);
        if (!fits) {
            return Optional.empty();
        }
        return domain(text.substring(at + 1)).map(domain -> new MailAddress(text, text.substring(0, at), domain));
    }

    /** A name of the DNS: no address literal and no bare label, which could only mean a host of our own network. */
    private static Optional<String> domain(String written) {
        String bare = written.endsWith(".") ? written.substring(0, written.length() - 1) : written;
        try {
            String ascii = IDN.toASCII(bare, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            String[] labels = ascii.split("\\.", -1);
            boolean isName = ascii.length() <= DOMAIN_MAX_CHARACTERS
                    && labels.length >= LABELS_MIN
                    && Arrays.stream(labels)
                            .allMatch(label -> LABEL.matcher(label).matches())
                    && !NUMBER.matcher(labels[labels.length - 1]).matches();
            return isName ? Optional.of(ascii) : Optional.empty();
        } catch (IllegalArgumentException notIdna) {
            return Optional.empty();
        }
    }

    private static boolean isUnsafe(int c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.isISOControl(c)
                || Character.getType(c) == Character.SURROGATE
                || "<>,;\"()[]\\".indexOf(c) >= 0;
    }
}
