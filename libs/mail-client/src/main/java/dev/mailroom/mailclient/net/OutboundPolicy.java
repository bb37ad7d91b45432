package dev.mailroom.mailclient.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which addresses and ports may be reached.
 *
 * <p>By default the public internet on the ports of mail. The person who runs the installation can add ranges, for example for a
 * server in the same building; users never can.
 *
 * @param allowed ranges that may be reached although they are not public, or on other ports
 * @param ports of the public internet, usually those of mail
 */
public record OutboundPolicy(List<Allowed> allowed, Set<Integer> ports) {
    /** IMAP, IMAP with TLS, SMTP, submission with TLS, submission, and its common alternative. */
    public static final Set<Integer> MAIL_PORTS = Set.of(143, 993, 25, 465, 587, 2525);

    /** Entries of one allow-list. */
    public static final int ENTRIES_MAX = 256;

    private static final int PORT_MAX = 65_535;

    public OutboundPolicy {
        allowed = List.copyOf(allowed);
        ports = Set.copyOf(ports);
        if (allowed.size() > ENTRIES_MAX) {
            throw new IllegalArgumentException("more than " + ENTRIES_MAX + " entries");
        }
    }

    /** On the ports of mail. */
    public OutboundPolicy(List<Allowed> allowed) {
        this(allowed, MAIL_PORTS);
    }

    /** The same allow-list for another service of the public internet; an entry without ports still means those of mail. */
    public OutboundPolicy onPorts(Set<Integer> others) {
        return new OutboundPolicy(allowed, others);
    }

    /**
     * One entry: {@code CIDR}, {@code CIDR:port} or {@code CIDR:port-port}. Without ports the ports of mail are meant.
     *
     * @param cidr an IPv4 or IPv6 network
     * @param firstPort 0 if only the ports of mail are meant
     * @param lastPort 0 if only the ports of mail are meant
     */
    public record Allowed(String cidr, int firstPort, int lastPort) {
        public Allowed {
            AddressRange.parse(cidr);
            boolean mailPorts = firstPort == 0 && lastPort == 0;
            if (!mailPorts && (firstPort < 1 || lastPort > PORT_MAX || firstPort > lastPort)) {
                throw new IllegalArgumentException("not a range of ports: " + firstPort + "-" + lastPort);
            }
        }

        private boolean mentions(int port) {
            return firstPort == 0 ? MAIL_PORTS.contains(port) : port >= firstPort && port <= lastPort;
        }

        private boolean covers(InetAddress address, int port) {
            if (!mentions(port)) {
                return false;
            }
            AddressRange range = AddressRange.parse(cidr);
            byte[] bytes = address.getAddress();
            return range.contains(bytes) || range.contains(PublicAddresses.effective(bytes));
        }
    }

    /** The public internet, on the ports of mail. */
    public static OutboundPolicy publicInternet() {
        return new OutboundPolicy(List.of());
    }

    /**
     * Reads a comma-separated allow-list.
     *
     * @param allow {@code CIDR[:port[-port]],…}; blank means the public internet only
     * @throws IllegalArgumentException naming the entry that cannot be read
     */
    public static OutboundPolicy parse(String allow) {
        List<Allowed> entries = new ArrayList<>();
        for (String part : allow.split(",", -1)) {
            String entry = part.strip();
            if (!entry.isEmpty()) {
                entries.add(parseEntry(entry));
            }
        }
        return new OutboundPolicy(entries);
    }

    /** True if a connection to this address and port may be opened. */
    public boolean permits(InetAddress address, int port) {
        if (PublicAddresses.isNeverAHost(address)) {
            return false;
        }
        if (ports.contains(port) && PublicAddresses.isPublic(address)) {
            return true;
        }
        return allowed.stream().anyMatch(entry -> entry.covers(address, port));
    }

    /** True if some address could be reached on this port; if not, there is no need to look the name up. */
    public boolean permitsPort(int port) {
        return ports.contains(port) || allowed.stream().anyMatch(entry -> entry.mentions(port));
    }

    private static Allowed parseEntry(String entry) {
        int slash = entry.lastIndexOf('/');
        boolean bareIpv6 = slash < 0 && entry.indexOf(':') != entry.lastIndexOf(':') && !entry.startsWith("[");
        int from = slash >= 0 ? slash : entry.lastIndexOf(']');
        int colon = bareIpv6 ? -1 : entry.indexOf(':', Math.max(from, 0));
        try {
            if (colon < 0) {
                return new Allowed(entry, 0, 0);
            }
            String ports = entry.substring(colon + 1);
            int dash = ports.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? ports : ports.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(ports.substring(dash + 1));
            if (first < 1) {
                throw new IllegalArgumentException("ports begin with 1");
            }
            return new Allowed(entry.substring(0, colon), first, last);
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException("cannot read the entry \"" + entry + "\"", unreadable);
        }
    }
}
