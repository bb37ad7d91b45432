package dev.mailroom.mailclient.failure;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What servers mean by the words with which they turn a log-in down, for the many that have no code for it.
 *
 * <p>The same words are used over IMAP and SMTP. A throttled log-in must never look like a wrong password, or a good account would be
 * switched off; words that speak of both are taken as a wrong password only where the password is named.
 */
public final class RefusalText {
    private static final List<String> APP_PASSWORD = List.of(
            "application-specific password",
            "application specific password",
            "app-specific password",
            "app specific password",
            "app password",
            "application password",
            "authorization code",
            "client authorization password");

    private static final List<String> WEB_LOGIN = List.of(
            "web login required",
            "via your web browser",
            "with your web browser",
            "via web browser",
            "support.google.com/mail");

    /** Servers that do not tell a wrong password from a protocol that is switched off. */
    private static final List<String> PASSWORD_OR_DISABLED = List.of("or imap is disabled", "or smtp is disabled");

    private static final List<String> DISABLED = List.of(
            "imap is disabled",
            "imap access is disabled",
            "imap access disabled",
            "imap disabled",
            "imap use is disabled",
            "imap is not enabled",
            "imap access is not enabled",
            "imap access not enabled",
            "imap not enabled",
            "imap service is not",
            "imap/pop3 is not",
            "pop3/imap is not",
            "not enabled for imap",
            "not allowed to use imap",
            "enable imap",
            "activate imap",
            "imap aktivieren",
            "imap ist deaktiviert",
            "smtp is disabled",
            "smtp access is disabled",
            "smtp access disabled",
            "smtp is not enabled",
            "smtp auth is disabled",
            "smtpclientauthentication is disabled",
            "basic authentication is disabled",
            "did not meet the criteria to be authenticated",
            "locked by your organization's security defaults",
            "blocked by conditional access",
            "disabled for your domain",
            "protocol is disabled");

    private static final List<String> NO_MECHANISM = List.of(
            "unsupported authentication mechanism",
            "unrecognized authentication type",
            "authentication mechanism not supported",
            "authentication method not supported",
            "authentication not enabled",
            "unknown authentication mechanism");

    private static final List<String> NOT_ENCRYPTED = List.of(
            "plaintext authentication disallowed",
            "must issue a starttls",
            "starttls is required",
            "encryption required for requested authentication");

    private static final List<String> THROTTLED = List.of(
            "too many",
            "maximum number of connections",
            "connection limit",
            "connections exceeded",
            "rate limit",
            "limit exceeded",
            "throttl",
            "unsafe login",
            "exceeded command or bandwidth",
            "account exceeded",
            "unusual activity",
            "login frequency");

    private static final List<String> UNAVAILABLE = List.of(
            "server unavailable",
            "temporar",
            "not available",
            "service is unavailable",
            "internal error",
            "internal server error",
            "backend",
            "server busy",
            "overload",
            "authenticated but not connected",
            "not connected to",
            "system error",
            "maintenance");

    /** Also said to somebody who mistyped a password. */
    private static final List<String> TRY_AGAIN = List.of("try again", "try later");

    private static final List<String> WRONG = List.of("invalid", "incorrect", "wrong", "mismatch");

    private RefusalText() {}

    /**
     * What the words stand for.
     *
     * @param text as the server said it
     * @return null if they say nothing that is known; CREDENTIALS_REFUSED only where they speak of the password
     */
    public static @Nullable Category meaningOf(String text) {
        String said = text.toLowerCase(Locale.ROOT);
        if (contains(said, APP_PASSWORD)) {
            return Category.APP_PASSWORD_NEEDED;
        }
        if (contains(said, WEB_LOGIN)) {
            return Category.CONTACT_ADMIN;
        }
        if (contains(said, PASSWORD_OR_DISABLED) || said.contains("credentials were incorrect")) {
            return Category.CREDENTIALS_REFUSED;
        }
        if (contains(said, DISABLED)) {
            return Category.PROTOCOL_DISABLED;
        }
        if (contains(said, NO_MECHANISM)) {
            return Category.AUTH_MECHANISM_MISSING;
        }
        if (contains(said, NOT_ENCRYPTED)) {
            return Category.PRIVACY_REQUIRED;
        }
        if (contains(said, THROTTLED)) {
            return Category.THROTTLED;
        }
        if (contains(said, UNAVAILABLE)) {
            return Category.UNAVAILABLE;
        }
        if (contains(said, TRY_AGAIN)) {
            return contains(said, WRONG) ? Category.CREDENTIALS_REFUSED : Category.UNAVAILABLE;
        }
        return null;
    }

    private static boolean contains(String text, List<String> parts) {
        return parts.stream().anyMatch(text::contains);
    }
}
