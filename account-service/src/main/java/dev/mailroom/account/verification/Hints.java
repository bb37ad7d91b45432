package dev.mailroom.account.verification;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;

/** What a person can do about a failed log-in. Made from what the user typed and what we measured, never from what the server said. */
final class Hints {
    private Hints() {}

    static String of(Leg leg, MailboxLogin login, MailException failure) {
        Server server = leg.serverOf(login);
        return switch (failure.category()) {
            case UNKNOWN_HOST ->
                "No server has the name " + server.host() + ". Check the " + leg + " host name for typing errors.";
            case DNS_TIMEOUT -> "The name " + server.host() + " could not be looked up in time. Try again in a minute.";
            case ADDRESS_NOT_ALLOWED ->
                "This address or port may not be reached from here: servers on the public internet may, on ports 143, 993, 25,"
                        + " 465, 587 and 2525. For a server in a private network ask the operator of this installation to"
                        + " allow it (MAILROOM_OUTBOUND_ALLOW).";
            case CONNECTION_REFUSED, CONNECT_TIMEOUT, UNREACHABLE ->
                "Nothing answers on port " + server.port() + " of " + server.host() + ". Check host and port ("
                        + usualPorts(leg) + "), that " + leg
                        + " is switched on for the server, and that no firewall blocks it.";
            case NOT_TLS ->
                "Port " + server.port()
                        + " does not begin with TLS: wrong port for the encryption. Choose STARTTLS for this"
                        + " port, or port " + leg.tlsPort() + " with TLS.";
            case STARTTLS_UNAVAILABLE ->
                "The server does not offer STARTTLS on port " + server.port()
                        + ", and nothing is sent unencrypted. Try the" + " other encryption: TLS, usually on port "
                        + leg.tlsPort() + ".";
            case TLS_HANDSHAKE ->
                "No encrypted connection came about: the server must speak TLS 1.2 or 1.3. "
                        + otherEncryption(leg, server);
            case CERTIFICATE_UNTRUSTED ->
                "The certificate of " + server.host()
                        + " is not trusted: it is self-signed, or its chain is not complete. Have"
                        + " the server send a certificate of a public authority, or ask the operator of this installation to"
                        + " trust its authority (MAILROOM_OUTBOUND_CA).";
            case CERTIFICATE_EXPIRED ->
                "The certificate of " + server.host()
                        + " is expired or not valid yet. The server's administrator has to" + " renew it.";
            case CERTIFICATE_WRONG_HOST ->
                "The certificate belongs to another name than " + server.host()
                        + ". Use the host name that the provider" + " documents for " + leg + ".";
            case STARTTLS_INJECTION, PREAUTH_REFUSED ->
                "The connection was tampered with before it was encrypted. Use TLS on port " + leg.tlsPort()
                        + ", and another network if it happens again.";
            case GREETING_TIMEOUT, CONNECTION_LOST, DEADLINE_EXCEEDED -> silent(leg, server, failure);
            case NOT_THE_PROTOCOL, PROTOCOL_ERROR ->
                "What answers on port " + server.port() + " of " + server.host() + " is not an " + leg
                        + " server. Check host" + " and port (" + usualPorts(leg) + ").";
            case CREDENTIALS_REFUSED -> refused(leg, login);
            case APP_PASSWORD_NEEDED ->
                "The provider wants an app password instead of the normal one: make one in the security settings of the mailbox"
                        + " and enter it here.";
            case THROTTLED ->
                "The server limits log-ins or connections right now; the password may be right. Wait a few minutes, close other"
                        + " mail programs, then try again.";
            case UNAVAILABLE -> "The mail server has a problem of its own right now. Try again in a few minutes.";
            case PROTOCOL_DISABLED -> switchedOff(leg, login.kind());
            case AUTH_MECHANISM_MISSING ->
                "The server offers no way to log in with a password. " + switchedOff(leg, login.kind());
            case PRIVACY_REQUIRED ->
                "The server wants a better encrypted connection. Use TLS on port " + leg.tlsPort() + ".";
            case CONTACT_ADMIN ->
                "The mailbox is blocked or not set up on the server. Its administrator has to look at it.";
            case MAILBOX_REFUSED, NO_SUCH_MAILBOX, READ_ONLY ->
                "The log-in worked, but the inbox cannot be opened. Check that the mailbox exists and that its user may use it.";
            case OVER_QUOTA -> "The mailbox is full. Make room, then try again.";
            case LIMIT_EXCEEDED ->
                "The server sent far more than a mail server does at a log-in. Check that " + server.host()
                        + " is the right host.";
            case COMMAND_REFUSED, MESSAGE_TOO_LARGE ->
                "The server refused to go on after the log-in. Its administrator can see why in its log.";
        };
    }

    private static String refused(Leg leg, MailboxLogin login) {
        String start = "The server refused user name or password. Check both (" + leg + ").";
        if (login.kind() == Kind.EXCHANGE) {
            return login.username().contains("\\")
                    ? start + " Some Exchange servers want the email address as user name, or an app password, and the"
                            + " mailbox needs the permission to use IMAP and SMTP."
                    : start + " Many Exchange servers want DOMAIN\\username as user name, or an app password, and the"
                            + " mailbox needs the permission to use IMAP and SMTP.";
        }
        return start + " With two-step verification an app password is needed; some providers want " + leg
                + " to be switched on in the settings of the mailbox, or the part before the @ as user name.";
    }

    private static String switchedOff(Leg leg, Kind kind) {
        if (kind == Kind.EXCHANGE) {
            return leg
                    + " is switched off. The Exchange administrator has to switch on IMAP (993 with TLS or 143 with STARTTLS)"
                    + " and SMTP (587 with STARTTLS or 465 with TLS) for the server and for this mailbox.";
        }
        return leg
                + " is switched off for this mailbox. Switch it on in the settings of the provider's webmail, or ask its"
                + " administrator.";
    }

    private static String silent(Leg leg, Server server, MailException failure) {
        boolean beforeGreeting = failure.stage().compareTo(Stage.LOGIN) < 0;
        return beforeGreeting
                ? "The server took the connection on port " + server.port() + " and then said nothing of use. "
                        + otherEncryption(leg, server)
                : "The server stopped answering. Try again in a few minutes.";
    }

    private static String otherEncryption(Leg leg, Server server) {
        return server.encryption() == Encryption.TLS
                ? "Try the other encryption: STARTTLS, usually on port " + leg.starttlsPort() + "."
                : "Try the other encryption: TLS, usually on port " + leg.tlsPort() + ".";
    }

    private static String usualPorts(Leg leg) {
        return "usual for " + leg + ": " + leg.tlsPort() + " with TLS, " + leg.starttlsPort() + " with STARTTLS";
    }
}
