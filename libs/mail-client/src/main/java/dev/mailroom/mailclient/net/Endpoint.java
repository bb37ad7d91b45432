package dev.mailroom.mailclient.net;

/**
 * Where a mail server is.
 *
 * @param host a name or an address literal, at most 253 characters, without white space or control characters
 * @param port 1..65535
 * @param encryption how the connection becomes encrypted
 */
public record Endpoint(String host, int port, Encryption encryption) {
    /** Longest name of the DNS, in characters. */
    public static final int HOST_MAX_CHARS = 253;

    /** @throws IllegalArgumentException if the host or the port is out of range */
    public Endpoint {
        if (host.isEmpty() || host.length() > HOST_MAX_CHARS || !host.chars().allMatch(Endpoint::isHostCharacter)) {
            throw new IllegalArgumentException("not a host name");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port is not in 1..65535: " + port);
        }
    }

    private static boolean isHostCharacter(int c) {
        return c > ' '
                && c != 0x7f
                && "/\\@\"'<>()[]{},;?#".indexOf(c) < 0
                && !Character.isWhitespace(c)
                && !Character.isSpaceChar(c);
    }
}
