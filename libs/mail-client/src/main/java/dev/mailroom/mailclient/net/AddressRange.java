package dev.mailroom.mailclient.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A network in CIDR notation; IPv4 and IPv6 never match each other. */
record AddressRange(InetAddress network, int prefixLength) {

    /** @throws IllegalArgumentException if the text is not an address literal with a prefix length; names are never looked up */
    static AddressRange parse(String cidr) {
        int slash = cidr.lastIndexOf('/');
        String literal = slash < 0 ? cidr : cidr.substring(0, slash);
        if (literal.startsWith("[") && literal.endsWith("]")) {
            literal = literal.substring(1, literal.length() - 1);
        }
        InetAddress network = literal(literal);
        int bits = network.getAddress().length * Byte.SIZE;
        int prefix = slash < 0 ? bits : number(cidr.substring(slash + 1));
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("prefix length is not in 0.." + bits + ": " + cidr);
        }
        return new AddressRange(network, prefix);
    }

    boolean contains(byte[] address) {
        byte[] own = network.getAddress();
        if (own.length != address.length) {
            return false;
        }
        int whole = prefixLength / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (own[i] != address[i]) {
                return false;
            }
        }
        int rest = prefixLength % Byte.SIZE;
        if (rest == 0) {
            return true;
        }
        int mask = (0xff << (Byte.SIZE - rest)) & 0xff;
        return (own[whole] & mask) == (address[whole] & mask);
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException notALiteral) {
            throw new IllegalArgumentException("not an address: " + text, notALiteral);
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("not a prefix length: " + text, notANumber);
        }
    }

    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", impossible);
        }
    }
}
