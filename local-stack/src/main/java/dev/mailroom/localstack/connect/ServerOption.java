package dev.mailroom.localstack.connect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.localstack.api.MailroomApi;
import dev.mailroom.localstack.terminal.CommandFailure;
import java.util.Locale;
import java.util.Set;

/**
 * A mail server as a person writes it: {@code host}, {@code host:port} or {@code host:port:tls|starttls}.
 *
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
        String[] parts = split(text.strip());
        if (parts[0].isBlank() || parts.length > ENCRYPTION_PART + 1) {
            throw new CommandFailure("not a server: \"" + text + "\"; write host, host:port or host:port:tls|starttls");
        }
        int port = parts.length > PORT_PART ? port(text, parts[PORT_PART]) : defaultPort;
        String encryption =
                parts.length > ENCRYPTION_PART ? parts[ENCRYPTION_PART].toLowerCase(Locale.ROOT) : encryptionOf(port);
        if (!encryption.equals("tls") && !encryption.equals("starttls")) {
            throw new CommandFailure("the encryption of " + text + " must be tls or starttls, not " + encryption);
        }
        return new ServerOption(parts[0], port, encryption);
    }

    /** An IPv6 address stands in brackets, as in a URL. */
    private static String[] split(String text) {
        int end = text.startsWith("[") ? text.indexOf(']') : -1;
        if (end < 0) {
            return text.split(":", -1);
        }
        String[] parts = ("address" + text.substring(end + 1)).split(":", -1);
        if (parts[0].equals("address")) {
            parts[0] = text.substring(0, end + 1);
        } else {
            parts[0] = "";
        }
        return parts;
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
        return host + ":" + port + ":" + encryption;
    }
}
