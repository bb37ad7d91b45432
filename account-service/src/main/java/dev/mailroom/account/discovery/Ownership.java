package dev.mailroom.account.discovery;

import org.apache.hc.client5.http.psl.PublicSuffixMatcher;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;

/** Whether two names belong to one owner: the part that was registered below a public suffix is the same. */
final class Ownership {
    private static final PublicSuffixMatcher SUFFIXES = PublicSuffixMatcherLoader.getDefault();

    private Ownership() {}

    static boolean isSame(String host, String domain) {
        return registered(host).equals(registered(domain));
    }

    /** A name that is a public suffix itself, like that of a country's government, belongs to nobody but itself. */
    private static String registered(String name) {
        String root = SUFFIXES.getDomainRoot(name);
        return root == null ? name : root;
    }
}
