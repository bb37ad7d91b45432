package dev.mailroom.sync.message;

import java.net.IDN;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An address that a link leads to, written so that a person sees where. */
final class LinkAddress {
    private static final Set<String> HOSTLESS = Set.of("mailto", "tel");

    /** Scheme, what stands before the host, host, port, the rest. Without user names: they are there to deceive. */
    private static final Pattern WEB = Pattern.compile(
            "(https?)://([^/?#\\\\@:%\\s\\p{Cntrl}]{1,253})(:\\d{1,5})?([/?#][^\\s\\p{Cntrl}\\\\]*)?",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    private LinkAddress() {}

    /** The address with its host in ASCII (RFC 3492); null if it is of no kind that may be followed. */
    static @Nullable String shown(String address) {
        String scheme = SafeHtml.scheme(address);
        if (HOSTLESS.contains(scheme)) {
            boolean plain = address.chars().noneMatch(c -> c <= ' ' || Character.isISOControl(c));
            return plain ? address : null;
        }
        Matcher web = WEB.matcher(address);
        if (!web.matches()) {
            return null;
        }
        try {
            String host = IDN.toASCII(web.group(2), IDN.ALLOW_UNASSIGNED);
            if (!HOST.matcher(host).matches()) {
                return null;
            }
            String port = web.group(3) == null ? "" : web.group(3);
            String rest = web.group(4) == null ? "" : web.group(4);
            return scheme + "://" + host + port + rest;
        } catch (IllegalArgumentException noHost) {
            return null;
        }
    }
}
