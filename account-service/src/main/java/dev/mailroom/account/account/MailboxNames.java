package dev.mailroom.account.account;

import dev.mailroom.account.verification.HostName;
import dev.mailroom.contracts.AccountState.Kind;
import java.text.Normalizer;
import java.util.Locale;

/** Tells whether two ways of writing a user name mean the same mailbox of a host. */
final class MailboxNames {
    private static final String THIS_MACHINE = "localhost";

    private MailboxNames() {}

    /**
     * The name by which a mailbox is found again, however its host and user name were written: upper or lower case, with or without a dot at
     * the end, IDN in letters or as A-label. A user name that is only the part before the @ of the address, with or without a Windows domain,
     * means the mailbox of the address; {@code DOMAIN\\user\\mailbox} means another one.
     *
     * @param host canonical, see {@link HostName}; all names of this machine are one
     */
    static String key(String host, String username, String email) {
        String address = canonical(email);
        String user = canonical(username);
        String bare = withoutWindowsDomain(user);
        boolean isLocalPart = bare.equals(address.substring(0, address.lastIndexOf('@')));
        return (isThisMachine(host) ? THIS_MACHINE : host) + "\n"
                + (isLocalPart || bare.equals(address) ? address : user);
    }

    /** RFC 6761, 6.3, and the two addresses to which such a name leads; the rest of 127.0.0.0/8 may be other servers. */
    private static boolean isThisMachine(String host) {
        return host.equals(THIS_MACHINE)
                || host.endsWith("." + THIS_MACHINE)
                || host.equals("127.0.0.1")
                || host.equals("::1");
    }

    /**
     * Whether two user names of an account are spellings of one mailbox. A name without a domain, or with a Windows domain, is in the domain
     * of the account's address; a user principal name of an Exchange server may be in a domain of its own.
     */
    static boolean areOfOneMailbox(Kind kind, String email, String one, String other) {
        String address = canonical(email);
        String first = withoutWindowsDomain(canonical(one));
        String second = withoutWindowsDomain(canonical(other));
        if (inDomainOf(address, first).equals(inDomainOf(address, second))) {
            return true;
        }
        return kind == Kind.EXCHANGE && (isPrincipalNameOf(first, second) || isPrincipalNameOf(second, first));
    }

    /** A slash names somebody else's mailbox, as in {@code user@domain/mailbox}. */
    private static boolean isPrincipalNameOf(String name, String user) {
        return name.startsWith(user + "@") && name.indexOf('@', user.length() + 1) < 0 && name.indexOf('/') < 0;
    }

    private static String inDomainOf(String address, String user) {
        return user.indexOf('@') >= 0 ? user : user + address.substring(address.lastIndexOf('@'));
    }

    private static String withoutWindowsDomain(String user) {
        int backslash = user.indexOf('\\');
        return user.indexOf('\\', backslash + 1) < 0 ? user.substring(backslash + 1) : user;
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
