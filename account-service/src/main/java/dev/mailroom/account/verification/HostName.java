package dev.mailroom.account.verification;

import java.net.IDN;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The one spelling of a host that stands for all others: lower case, A-labels (RFC 5890), no dot at the end, IPv6 as RFC 5952 writes it.
 *
 * <p>Nothing is looked up.
 */
public final class HostName {
    /** Longest name of the DNS, in characters. */
    public static final int MAX_CHARACTERS = 253;

    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    private static final Pattern NUMBER = Pattern.compile("\\d+|0x[0-9a-f]*");
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]{2,45}");

    /** Letters that the older IDNA turns into others: the name would be that of another domain. */
    private static final Pattern DEVIATION = Pattern.compile("[\u00df\u1e9e\u03c2\u200c\u200d]");

    private static final int GROUPS = 8;

    private HostName() {}

    /**
     * A name or an address literal, IPv6 with or without brackets.
     *
     * @throws IllegalArgumentException saying in words for the user what it must be
     */
    public static String canonical(String typed) {
        String host = typed.strip().toLowerCase(Locale.ROOT);
        boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (bare.indexOf(':') >= 0) {
            return ipv6(bare);
        }
        if (bracketed) {
            throw new IllegalArgumentException("must be a host name like mail.example.com");
        }
        return name(bare);
    }

    /**
     * A domain name; no address literal.
     *
     * @throws IllegalArgumentException saying in words for the user what it must be
     */
    public static String canonicalDomain(String typed) {
        String name = name(typed.strip().toLowerCase(Locale.ROOT));
        if (IPV4.matcher(name).matches()) {
            throw new IllegalArgumentException("must be a domain name, not an address");
        }
        return name;
    }

    private static String name(String host) {
        if (DEVIATION.matcher(host).find()) {
            throw new IllegalArgumentException("has a letter of which programs make different names;"
                    + " write it in the form that begins with xn--");
        }
        String ascii;
        try {
            ascii = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notAName) {
            throw noName(notAName);
        }
        String bare = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        String[] labels = bare.split("\\.", -1);
        boolean fits = !bare.isEmpty()
                && bare.length() <= MAX_CHARACTERS
                && Arrays.stream(labels).allMatch(label -> LABEL.matcher(label).matches());
        // 127.1, 0x7f.0.0.1 and 2130706433 are addresses to some programs and names to others.
        boolean number = NUMBER.matcher(labels[labels.length - 1]).matches();
        if (!fits || (number && !IPV4.matcher(bare).matches())) {
            throw noName(null);
        }
        return bare;
    }

    private static String ipv6(String literal) {
        if (literal.indexOf('%') > 0) {
            throw new IllegalArgumentException("must be an address without a zone: leave out the % and what follows");
        }
        if (!IPV6.matcher(literal).matches() || literal.indexOf(':') == literal.lastIndexOf(':')) {
            throw new IllegalArgumentException("must be a host name; the port has a field of its own");
        }
        byte[] bytes;
        try {
            bytes = InetAddress.ofLiteral(literal).getAddress();
        } catch (IllegalArgumentException notAnAddress) {
            throw new IllegalArgumentException("must be a host name or an address", notAnAddress);
        }
        return bytes.length == 4 ? dotted(bytes) : compressed(bytes);
    }

    private static String dotted(byte[] bytes) {
        return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + "." + (bytes[3] & 0xff);
    }

    // RFC 5952, 4: the longest run of zero groups becomes "::", the first one of several.
    private static String compressed(byte[] bytes) {
        int[] groups = new int[GROUPS];
        int start = -1;
        int length = 1;
        for (int i = 0, run = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
            run = groups[i] == 0 ? run + 1 : 0;
            if (run > length) {
                length = run;
                start = i - run + 1;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static IllegalArgumentException noName(@org.jspecify.annotations.Nullable Throwable cause) {
        return new IllegalArgumentException("must be a host name like mail.example.com", cause);
    }
}
