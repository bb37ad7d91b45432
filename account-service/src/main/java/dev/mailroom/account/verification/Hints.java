package dev.mailroom.account.verification;

import dev.mailroom.contracts.AccountState.Encryption;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.OutboundPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a person can do about a failed log-in. Made from what the user typed and what we measured, never from what the server said.
 *
 * <p>One instance speaks of one failure.
 */
final class Hints {
    private final Leg leg;
    private final MailboxLogin login;
    private final Server server;
    private final MailException failure;
    private final @Nullable Suggestion suggestion;
    private final boolean otherLegOk;

    private Hints(
            Leg leg, MailboxLogin login, MailException failure, @Nullable Suggestion suggestion, boolean otherLegOk) {
        this.leg = leg;
        this.login = login;
        this.server = leg.serverOf(login);
        this.failure = failure;
        this.suggestion = suggestion;
        this.otherLegOk = otherLegOk;
    }

    /**
     * The hint for a failure.
     *
     * @param suggestion another way that was tried and works
     * @param otherLegOk whether the other server took the same user name and password
     */
    static String of(
            Leg leg, MailboxLogin login, MailException failure, @Nullable Suggestion suggestion, boolean otherLegOk) {
        return new Hints(leg, login, failure, suggestion, otherLegOk).text();
    }

    private String text() {
        return switch (failure.category()) {
            case UNKNOWN_HOST ->
                "No server has the name " + server.host() + ". Check the " + leg + " host name for typing errors.";
            case DNS_TIMEOUT -> "The name " + server.host() + " could not be looked up in time. Try again in a minute.";
            case ADDRESS_NOT_ALLOWED, CONNECTION_REFUSED, CONNECT_TIMEOUT, UNREACHABLE -> noConnection();
            case NOT_TLS, STARTTLS_UNAVAILABLE, TLS_HANDSHAKE, TLS_TOO_OLD, STARTTLS_INJECTION, PREAUTH_REFUSED ->
                noEncryption();
            case CERTIFICATE_UNTRUSTED, CERTIFICATE_SELF_SIGNED, CERTIFICATE_EXPIRED, CERTIFICATE_WRONG_HOST ->
                badCertificate();
            case GREETING_TIMEOUT, CONNECTION_LOST, DEADLINE_EXCEEDED -> silent();
            case NOT_THE_PROTOCOL, PROTOCOL_ERROR ->
                "What answers on port " + server.port() + " of " + server.host() + " is not an " + leg + " server. "
                        + use("Check host and port (" + usualPorts() + ").");
            case CREDENTIALS_REFUSED, DOMAIN_USER_NEEDED -> refused();
            case APP_PASSWORD_NEEDED ->
                "The provider wants an app password instead of the normal one: make one in the security settings of the mailbox"
                        + " and enter it here.";
            case THROTTLED ->
                "The server limits log-ins or connections right now; the password may be right. Wait a few minutes, close other"
                        + " mail programs, then try again.";
            case UNAVAILABLE -> "The mail server has a problem of its own right now. Try again in a few minutes.";
            case PROTOCOL_DISABLED -> switchedOff();
            case AUTH_MECHANISM_MISSING -> noMechanism();
            case PRIVACY_REQUIRED ->
                "The server wants a better encrypted connection. " + use("Use TLS on port " + leg.tlsPort() + ".");
            case CONTACT_ADMIN ->
                "The provider blocks this log-in until somebody acts. Sign in to its webmail once and confirm what it asks;"
                        + " if that does not help, the administrator of the mailbox has to look at it.";
            case MAILBOX_REFUSED, NO_SUCH_MAILBOX, READ_ONLY ->
                "The log-in worked, but the inbox cannot be opened. Check that the mailbox exists and that its user may use it.";
            case OVER_QUOTA -> "The mailbox is full. Make room, then try again.";
            case LIMIT_EXCEEDED ->
                "The server sent far more than a mail server does at a log-in. "
                        + use("Check that " + server.host() + " is the right host.");
            case COMMAND_REFUSED, MESSAGE_TOO_LARGE ->
                "The server refused to go on after the log-in. Its administrator can see why in its log.";
        };
    }

    /** What was tried and works, or else the advice. */
    private String use(String advice) {
        return suggestion == null
                ? advice
                : "Tried just now: " + suggestion.inWords() + " works on this server. Choose that.";
    }

    private String noConnection() {
        String where = "port " + server.port() + " of " + server.host();
        return switch (failure.category()) {
            case ADDRESS_NOT_ALLOWED ->
                "This address or port may not be reached from here: servers on the public internet may, on ports 143, 993, 25,"
                        + " 465, 587 and 2525. "
                        + use("For a server in a private network" + otherPort()
                                + " ask the operator of this installation to allow it (MAILROOM_OUTBOUND_ALLOW"
                                + withPort()
                                + ").");
            case CONNECTION_REFUSED ->
                "Nothing listens on " + where + ": the port is closed. "
                        + use("Check host and port (" + usualPorts() + "), and that " + leg
                                + " is switched on for the server." + prerequisites());
            default ->
                "Nothing answers on " + where + ": a firewall may block it, or the host is wrong. "
                        + use("Check host and port (" + usualPorts() + "), that " + leg
                                + " is switched on for the server, and that it can be reached from the internet."
                                + prerequisites());
        };
    }

    /** A network that is allowed without ports is allowed on those of mail. */
    private boolean isOnMailPort() {
        return OutboundPolicy.MAIL_PORTS.contains(server.port());
    }

    private String otherPort() {
        return isOnMailPort() ? "" : ", or on another port,";
    }

    private String withPort() {
        return isOnMailPort()
                ? ""
                : "; an entry without ports means those of mail, 10.20.0.7/32:" + server.port()
                        + " or 10.20.0.7/32:1-65535 means others";
    }

    private String noEncryption() {
        return switch (failure.category()) {
            case NOT_TLS ->
                "Port " + server.port() + " does not begin with TLS: wrong port for the encryption. "
                        + use("Choose STARTTLS for this port, or port " + leg.tlsPort() + " with TLS.");
            case STARTTLS_UNAVAILABLE ->
                "The server does not offer STARTTLS on port " + server.port()
                        + ", and nothing is sent unencrypted. "
                        + use("Try the other encryption: TLS, usually on port " + leg.tlsPort() + ".");
            case TLS_TOO_OLD ->
                "The server speaks only an outdated version of TLS, which is no longer safe. "
                        + use("Its administrator has to switch on TLS 1.2 or 1.3.");
            case TLS_HANDSHAKE ->
                "No encrypted connection came about: the server must speak TLS 1.2 or 1.3. " + use(otherEncryption());
            default ->
                "The connection was tampered with before it was encrypted. "
                        + use("Use TLS on port " + leg.tlsPort() + ", and another network if it happens again.");
        };
    }

    private String badCertificate() {
        String subject = "The certificate of " + server.host();
        return switch (failure.category()) {
            case CERTIFICATE_SELF_SIGNED ->
                subject + " is self-signed, so nobody vouches for it. Have the server show a certificate of a public"
                        + " authority, or ask the operator of this installation to trust it (MAILROOM_OUTBOUND_CA).";
            case CERTIFICATE_EXPIRED ->
                subject + " is expired or not valid yet. The server's administrator has to renew it.";
            case CERTIFICATE_WRONG_HOST ->
                "The certificate belongs to another name than " + server.host()
                        + ". Use the host name that the provider documents for " + leg + ".";
            default ->
                subject
                        + " is not trusted: its authority is not known, or its chain is not complete. Have the server send"
                        + " the whole chain of a public authority, or ask the operator of this installation to trust its"
                        + " authority (MAILROOM_OUTBOUND_CA).";
        };
    }

    private String refused() {
        if ("EXPIRED".equals(failure.responseCode())) {
            return "The password has expired. Set a new one with the provider and enter it here.";
        }
        if (otherLegOk) {
            Leg other = leg == Leg.IMAP ? Leg.SMTP : Leg.IMAP;
            return "The " + other + " server took the same user name and password, but " + leg + " refused them: "
                    + switchedOffWords() + " Some servers want another user name or an app password for " + leg + ".";
        }
        String start = "The server refused user name or password. Check both (" + leg + ").";
        if (login.kind() != Kind.EXCHANGE) {
            return start + " With two-step verification an app password is needed; some providers want " + leg
                    + " to be switched on in the settings of the mailbox, or the part before the @ as user name.";
        }
        String rest = " It may also want an app password, and the mailbox needs the permission to use IMAP and SMTP.";
        int backslash = login.username().indexOf('\\');
        if (backslash < 0) {
            return start + " Many Exchange servers want DOMAIN\\username as user name." + rest;
        }
        boolean sharedMailbox = login.username().indexOf('\\', backslash + 1) > 0;
        return start
                + (sharedMailbox
                        ? " For DOMAIN\\username\\mailbox the user needs full access to the shared mailbox."
                        : " Some Exchange servers want the email address as user name.")
                + rest;
    }

    private String switchedOff() {
        return leg + " is switched off. " + switchedOffWords();
    }

    private String switchedOffWords() {
        if (login.kind() == Kind.EXCHANGE) {
            return "The Exchange administrator has to switch on IMAP (993 with TLS or 143 with STARTTLS) and SMTP with log-in"
                    + " (587 with STARTTLS or 465 with TLS) for the server and for this mailbox.";
        }
        return "Switch " + leg + " on in the settings of the provider's webmail, or ask its administrator to allow "
                + (leg == Leg.IMAP ? "IMAP" : "SMTP AUTH") + " for this mailbox.";
    }

    private String noMechanism() {
        return "The server offers no way to log in with a password on this port. " + use(switchedOffWords());
    }

    private String prerequisites() {
        return login.kind() == Kind.EXCHANGE
                ? " An Exchange server needs IMAP (993 with TLS or 143 with STARTTLS) and SMTP (587 with STARTTLS or 465 with"
                        + " TLS) switched on, and the mailbox the permission to use IMAP: ask its administrator."
                : "";
    }

    private String silent() {
        return failure.stage().compareTo(Stage.LOGIN) < 0
                ? "The server took the connection on port " + server.port() + " and then said nothing of use. "
                        + use(otherEncryption())
                : "The server stopped answering. Try again in a few minutes.";
    }

    private String otherEncryption() {
        return server.encryption() == Encryption.TLS
                ? "Try the other encryption: STARTTLS, usually on port " + leg.starttlsPort() + "."
                : "Try the other encryption: TLS, usually on port " + leg.tlsPort() + ".";
    }

    private String usualPorts() {
        return "usual for " + leg + ": " + leg.tlsPort() + " with TLS, " + leg.starttlsPort() + " with STARTTLS";
    }
}
