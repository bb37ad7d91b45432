package dev.mailroom.mailclient.net;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells addresses of the public internet from all others.
 *
 * <p>The checks of {@link InetAddress} are not enough: they miss carrier-grade NAT, unique local IPv6, and every IPv6 form that carries an
 * IPv4 address. Of IPv6 only global unicast (2000::/3) is public at all. Sources: the special-purpose registries (RFC 6890) of IANA.
 */
final class PublicAddresses {
    private static final AddressRange NAT64 = AddressRange.parse("64:ff9b::/96");
    private static final AddressRange GLOBAL_UNICAST = AddressRange.parse("2000::/3");

    private static final List<AddressRange> NOT_PUBLIC = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10", // carrier-grade NAT, and 100.100.100.200 with it
                    "127.0.0.0/8",
                    "168.63.129.16/32", // a cloud's host agent on an address that looks public
                    "169.254.0.0/16", // link-local, and the metadata address with it
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4", // reserved, and broadcast with it
                    "2001::/23", // protocol assignments, Teredo among them
                    "2001:db8::/32",
                    "2002::/16", // 6to4
                    "3fff::/20")
            .map(AddressRange::parse)
            .toList();

    private PublicAddresses() {}

    static boolean isPublic(InetAddress address) {
        byte[] bytes = effective(address.getAddress());
        if (bytes.length == 16 && !GLOBAL_UNICAST.contains(bytes)) {
            return false;
        }
        return NOT_PUBLIC.stream().noneMatch(range -> range.contains(bytes));
    }

    /** The IPv4 address inside an IPv4-mapped or NAT64 address, because that is where the packets go; else the address itself. */
    static byte[] effective(byte[] address) {
        if (address.length == 16 && (isIpv4Mapped(address) || NAT64.contains(address))) {
            return Arrays.copyOfRange(address, 12, 16);
        }
        return address;
    }

    private static boolean isIpv4Mapped(byte[] address) {
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[10] == (byte) 0xff && address[11] == (byte) 0xff;
    }

    /** Nobody's mail server: an allow-list cannot open these. */
    static boolean isNeverAHost(InetAddress address) {
        InetAddress effective = AddressRange.address(effective(address.getAddress()));
        return effective.isAnyLocalAddress()
                || effective.isMulticastAddress()
                || Arrays.equals(effective.getAddress(), new byte[] {-1, -1, -1, -1});
    }
}
