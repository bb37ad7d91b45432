package dev.mailroom.account.notice;

import java.net.IDN;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address as it may stand in an SMTP command and in a header: printable ASCII without anything that either could take for its own
 * (RFC 5321 section 4.1.2, without quoted local parts and address literals).
 */
final class MailAddress {
    private static final int LOCAL_MAX = 64;
    private static final int ALL_MAX = 254;
    private static final Pattern LOCAL = Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+");
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?");

    private MailAddress() {}

    /** The address with an ASCII domain; empty if it cannot be sent to. */
    static Optional<String> sendable(String address) {
        if (address.length() > ALL_MAX) {
            return Optional.empty();
        }
        int at = address.lastIndexOf('@');
        if (at < 1 || at > LOCAL_MAX || !LOCAL.matcher(address.substring(0, at)).matches()) {
            return Optional.empty();
        }
        try {
            String domain = IDN.toASCII(address.substring(at + 1), IDN.USE_STD3_ASCII_RULES);
            String whole = address.substring(0, at) + "@" + domain;
            return DOMAIN.matcher(domain).matches() && whole.length() <= ALL_MAX
                    ? Optional.of(whole)
                    : Optional.empty();
        } catch (IllegalArgumentException notADomain) {
            return Optional.empty();
        }
    }

    /** What follows the at sign. */
    static String domainOf(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }
}
