package dev.mailroom.account.contact;

import java.net.IDN;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address of a contact.
 *
 * @param text as it was written
 * @param key the form in which addresses are compared: lower case, the domain as the DNS knows it
 */
record EmailAddress(String text, String key) {
    /** Characters of an address (RFC 5321 section 4.5.3.1.3, without the angle brackets). */
    static final int MAX_CHARACTERS = 254;

    private static final int LOCAL_PART_MAX_CHARACTERS = 64;
    private static final String NEVER_INSIDE = "<>,;:\"()[]\\";
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");

    /** Empty if it is not an address that mail can be sent to over the Internet. */
    static Optional<EmailAddress> of(String written) {
        String text = written.strip();
        int at = text.lastIndexOf('@');
        if (at < 1 || at > LOCAL_PART_MAX_CHARACTERS || text.indexOf('@') != at || text.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        boolean clean = text.codePoints()
                .noneMatch(c -> Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.isISOControl(c)
                        || NEVER_INSIDE.indexOf(c) >= 0);
        return clean ? domainOf(text.substring(at + 1)).map(domain -> of(text, at, domain)) : Optional.empty();
    }

    private static EmailAddress of(String text, int at, String domain) {
        return new EmailAddress(text, text.substring(0, at).toLowerCase(Locale.ROOT) + "@" + domain);
    }

    private static Optional<String> domainOf(String name) {
        try {
            String ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            boolean labels = Arrays.stream(ascii.split("\\.", -1))
                    .allMatch(label -> LABEL.matcher(label).matches());
            return labels ? Optional.of(ascii) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
