package dev.mailroom.account.alias;

import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses in the one form in which they are kept and compared. */
final class MailAddress {
    /** Characters of an address and of its local part (RFC 5321 section 4.5.3.1). */
    static final int MAX_CHARACTERS = 254;

    static final int LOCAL_PART_MAX_CHARACTERS = 64;

    // Dot-atom (RFC 5322 section 3.2.3) with the letters of RFC 6532. Quoted local parts are not taken: no provider
    // gives them out.
    private static final String ATOM = "[\\p{L}\\p{N}\\p{M}!#$%&'*+/=?^_`{|}~-]+";
    private static final Pattern LOCAL_PART = Pattern.compile(ATOM + "(\\." + ATOM + ")*");
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern DOMAIN = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

    private MailAddress() {}

    /**
     * The address with its domain in lower case and as A-labels (RFC 5890), its local part in Unicode's form C (RFC 6532 section 3.1).
     *
     * @return null if it is no address
     */
    static @Nullable String normalize(String value) {
        String address = Normalizer.normalize(value.strip(), Normalizer.Form.NFC);
        int at = address.lastIndexOf('@');
        if (at < 1 || at > LOCAL_PART_MAX_CHARACTERS || address.length() > MAX_CHARACTERS) {
            return null;
        }
        String local = address.substring(0, at);
        String domain = domain(address.substring(at + 1));
        if (domain == null || !LOCAL_PART.matcher(local).matches()) {
            return null;
        }
        return at + 1 + domain.length() <= MAX_CHARACTERS ? local + "@" + domain : null;
    }

    private static @Nullable String domain(String name) {
        try {
            String ascii = IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            return DOMAIN.matcher(ascii).matches() ? ascii : null;
        } catch (IllegalArgumentException notADomain) {
            return null;
        }
    }
}
