package dev.mailroom.localstack.connect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.terminal.CommandFailure;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A mail server as a person writes it: {@code host}, {@code host:port} or {@code host:port:tls|starttls}. An IPv6 address is written
 * in brackets, or bare where nothing follows it.
 *
 * @param host a name or an address, without brackets
 * @param encryption {@code tls} or {@code starttls}
 */
public record ServerOption(String host, int port, String encryption) {

    private static final int PORT_MAX = 65535;
    private static final int PORT_PART = 1;
    private static final int ENCRYPTION_PART = 2;

    /** Ports on which a server begins in plain text; on every other TLS is the better guess. */
    private static final Set<Integer> PLAIN_PORTS = Set.of(143, 587, 25);

    /**
     * Reads what a person wrote; the encryption follows from the port where it is not said.
     *
     * @throws CommandFailure saying what is wrong with it
     */
    public static ServerOption parse(String text, int defaultPort) {
        String written = text.strip();
        String literal = ipv6(written);
        String rest =
                literal == null ? written : written.startsWith("[") ? written.substring(written.indexOf(']') + 1) : "";
        String[] parts = rest.split(":", -1);
        String host = literal == null ? parts[0] : literal;
        boolean isJoined = literal == null ? host.contains("[") || host.contains("]") : !parts[0].isEmpty();
        if (host.isBlank() || isJoined || parts.length > ENCRYPTION_PART + 1) {
            throw new CommandFailure("not a server: \"" + text
                    + "\"; write host, host:port or host:port:tls|starttls, an IPv6 address in brackets");
        }
        int port = parts.length > PORT_PART ? port(text, parts[PORT_PART]) : defaultPort;
        String encryption =
                parts.length > ENCRYPTION_PART ? parts[ENCRYPTION_PART].toLowerCase(Locale.ROOT) : encryptionOf(port);
        if (!encryption.equals("tls") && !encryption.equals("starttls")) {
            throw new CommandFailure("the encryption of " + text + " must be tls or starttls, not " + encryption);
        }
        return new ServerOption(host, port, encryption);
    }

    /** The address that the text is or begins with, or null if it is a name or an IPv4 address. */
    private static @Nullable String ipv6(String text) {
        int end = text.indexOf(']');
        String candidate = text.startsWith("[") && end > 0 ? text.substring(1, end) : text;
        if (candidate.indexOf(':') < 0) {
            return null;
        }
        try {
            InetAddress.ofLiteral(candidate);
            return candidate;
        } catch (IllegalArgumentException isAName) {
            return null;
        }
    }

    private static int port(String text, String part) {
        try {
            int port = Integer.parseInt(part);
            if (port >= 1 && port <= PORT_MAX) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new CommandFailure("the port of " + text + " is not a number", e);
        }
        throw new CommandFailure("the port of " + text + " must be 1.." + PORT_MAX);
    }

    private static String encryptionOf(int port) {
        return PLAIN_PORTS.contains(port) ? "starttls" : "tls";
    }

    /** As the HTTP interface wants it. */
    public ObjectNode toJson() {
        return MailroomApi.object().put("host", host).put("port", port).put("encryption", encryption);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port + ":" + encryption;
    }
}
