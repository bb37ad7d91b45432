package dev.mailroom.account.verification;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.OutboundPolicy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntBiFunction;

/** Which other ports and encryptions of the same host are worth a try after a failure, the best one first; at most three. */
final class OtherWays {
    private final ToIntBiFunction<Leg, Encryption> standardPort;

    /** @param standardPort where servers of a leg usually listen with an encryption */
    OtherWays(ToIntBiFunction<Leg, Encryption> standardPort) {
        this.standardPort = standardPort;
    }

    private enum Scope {
        NOTHING,
        /** The port answers, but not as it should. */
        THIS_PORT_TOO,
        STANDARD_PORTS,
        /** Somebody on the way may have changed what was said in plain text. */
        STANDARD_TLS_PORT
    }

    List<Server> after(Leg leg, Server tried, MailException failure) {
        Scope scope = scope(tried, failure);
        Set<Server> ways = new LinkedHashSet<>();
        if (scope == Scope.THIS_PORT_TOO) {
            Encryption other = tried.encryption() == Encryption.TLS ? Encryption.STARTTLS : Encryption.TLS;
            ways.add(new Server(tried.host(), tried.port(), other));
        }
        if (scope != Scope.NOTHING) {
            Encryption usual = leg.usualEncryption();
            Encryption unusual = usual == Encryption.TLS ? Encryption.STARTTLS : Encryption.TLS;
            for (Encryption encryption : List.of(usual, unusual)) {
                if (scope != Scope.STANDARD_TLS_PORT || encryption == Encryption.TLS) {
                    ways.add(new Server(tried.host(), standardPort.applyAsInt(leg, encryption), encryption));
                }
            }
        }
        ways.remove(tried);
        return new ArrayList<>(ways);
    }

    private static Scope scope(Server tried, MailException failure) {
        return switch (failure.category()) {
            case NOT_TLS, TLS_HANDSHAKE, TLS_TOO_OLD, STARTTLS_UNAVAILABLE, GREETING_TIMEOUT, NOT_THE_PROTOCOL ->
                Scope.THIS_PORT_TOO;
            case CONNECTION_LOST, DEADLINE_EXCEEDED, PROTOCOL_ERROR, LIMIT_EXCEEDED ->
                failure.stage().compareTo(Stage.LOGIN) < 0 ? Scope.THIS_PORT_TOO : Scope.NOTHING;
            case CONNECTION_REFUSED, CONNECT_TIMEOUT, UNREACHABLE, AUTH_MECHANISM_MISSING, PRIVACY_REQUIRED ->
                Scope.STANDARD_PORTS;
            case ADDRESS_NOT_ALLOWED ->
                OutboundPolicy.MAIL_PORTS.contains(tried.port()) ? Scope.NOTHING : Scope.STANDARD_PORTS;
            case STARTTLS_INJECTION, PREAUTH_REFUSED -> Scope.STANDARD_TLS_PORT;
            default -> Scope.NOTHING;
        };
    }
}
