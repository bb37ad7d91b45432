package dev.mailroom.account.account;

import dev.mailroom.account.verification.HostName;
import java.text.Normalizer;
import java.util.Locale;

/** Tells whether two ways of writing a user name mean the same mailbox of a host. */
final class MailboxNames {
    private MailboxNames() {}

    /**
     * The name by which a mailbox is found again, however its host and user name were written: upper or lower case, with or without a dot at
     * the end, IDN in letters or as A-label. A user name that is only the part before the @ of the address, with or without a Windows domain,
     * means the mailbox of the address; {@code DOMAIN\\user\\mailbox} means another one.
     *
     * @param host canonical, see {@link HostName}
     */
    static String key(String host, String username, String email) {
        String address = canonical(email);
        String user = canonical(username);
        int backslash = user.indexOf('\\');
        String bare = user.indexOf('\\', backslash + 1) < 0 ? user.substring(backslash + 1) : user;
        boolean isLocalPart = bare.equals(address.substring(0, address.lastIndexOf('@')));
        return host + "\n" + (isLocalPart || bare.equals(address) ? address : user);
    }

    /** An address without a dot at its end, in composed letters, its domain in lower case; the part before the @ stays as it is. */
    static String spelledAddress(String email) {
        String composed = Normalizer.normalize(email, Normalizer.Form.NFC);
        int at = composed.lastIndexOf('@');
        String domain = composed.substring(at + 1).toLowerCase(Locale.ROOT);
        String bare = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
        return composed.substring(0, at + 1) + bare;
    }

    private static String canonical(String name) {
        String lower = Normalizer.normalize(name, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
        int at = lower.lastIndexOf('@');
        if (at < 0) {
            return lower;
        }
        try {
            return lower.substring(0, at + 1) + HostName.canonicalDomain(lower.substring(at + 1));
        } catch (IllegalArgumentException notADomain) {
            // A server may use any text as a user name; it is compared as it is.
            return lower;
        }
    }
}
