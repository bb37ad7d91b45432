package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.failure.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns NO, BAD and BYE into a category: by response code (RFC 5530) first, then by the texts that providers use instead.
 *
 * <p>A throttled log-in must never look like a wrong password, or a good account would be switched off.
 */
final class Refusals {
    private static final Duration BACKOFF_MAX = Duration.ofDays(1);
    private static final Pattern BACKOFF = Pattern.compile(
            "back\\s?-?off(?: time)?[^0-9]{0,20}([0-9]{1,9})\\s*(ms|millisecond|s\\b|second|minute)?",
            Pattern.CASE_INSENSITIVE);

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
            "try again",
            "try later",
            "not available",
            "service is unavailable",
            "internal error",
            "internal server error",
            "backend",
            "server busy",
            "system error",
            "maintenance");

    private static final List<String> APP_PASSWORD = List.of(
            "application-specific password",
            "app password",
            "app-specific password",
            "application specific password",
            "authorization code");

    private static final List<String> DISABLED = List.of(
            "imap is disabled",
            "imap access is disabled",
            "not enabled for imap",
            "imap service is not",
            "disabled for your domain",
            "imap access disabled",
            "imap disabled",
            "enable imap",
            "imap use is disabled");

    private static final List<String> WEB_LOGIN =
            List.of("web login required", "log in via your web browser", "via web browser", "support.google.com/mail");

    private Refusals() {}

    /** @param showText false as long as the link is in plain text or the log-in has not begun */
    static MailException of(Stage stage, StatusText status, boolean showText) {
        return of(stage, status, showText, false);
    }

    /** The server ends the connection by itself. */
    static MailException bye(Stage stage, StatusText status, boolean showText) {
        return of(stage, status, showText, true);
    }

    private static MailException of(Stage stage, StatusText status, boolean showText, boolean bye) {
        String text = status.text().toLowerCase(Locale.ROOT);
        Category category = byCode(stage, status.code(), text);
        if (category == null) {
            category = byText(stage, text, bye);
        }
        MailException.Builder failure = MailException.at(stage, category)
                .responseCode(status.code().isEmpty() || !showText ? null : status.code())
                .serverText(status.text().isEmpty() || !showText ? null : status.text())
                .suggestedBackoff(backoff(status.text()));
        if (bye && category.remedy() == Remedy.GIVE_UP) {
            failure.remedy(Remedy.RETRY);
        }
        return failure.build();
    }

    private static @Nullable Category byCode(Stage stage, String code, String text) {
        return switch (code) {
            case "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "WEBALERT" -> credentials(code, text);
            case "UNAVAILABLE", "INUSE", "SERVERBUG" ->
                contains(text, THROTTLED) ? Category.THROTTLED : Category.UNAVAILABLE;
            case "LIMIT", "THROTTLED" -> Category.THROTTLED;
            case "CONTACTADMIN", "REFERRAL" -> Category.CONTACT_ADMIN;
            case "NOPERM" -> stage == Stage.LOGIN ? Category.CONTACT_ADMIN : Category.MAILBOX_REFUSED;
            case "PRIVACYREQUIRED" -> Category.PRIVACY_REQUIRED;
            case "OVERQUOTA" -> stage == Stage.LOGIN ? Category.THROTTLED : Category.OVER_QUOTA;
            case "TRYCREATE", "NONEXISTENT" -> Category.NO_SUCH_MAILBOX;
            case "READ-ONLY" -> Category.READ_ONLY;
            case "TOOBIG" -> Category.MESSAGE_TOO_LARGE;
            case "CANNOT", "ALREADYEXISTS", "USEATTR" -> Category.COMMAND_REFUSED;
            default -> null;
        };
    }

    private static Category credentials(String code, String text) {
        if (contains(text, APP_PASSWORD)) {
            return Category.APP_PASSWORD_NEEDED;
        }
        if (code.equals("WEBALERT") || contains(text, WEB_LOGIN)) {
            return Category.CONTACT_ADMIN;
        }
        if (contains(text, DISABLED)) {
            return Category.PROTOCOL_DISABLED;
        }
        // Some hosts answer "wrong password" with the code, and say in words that they are throttling.
        return contains(text, THROTTLED) ? Category.THROTTLED : Category.CREDENTIALS_REFUSED;
    }

    private static Category byText(Stage stage, String text, boolean bye) {
        if (contains(text, DISABLED)) {
            return Category.PROTOCOL_DISABLED;
        }
        if (contains(text, THROTTLED)) {
            return Category.THROTTLED;
        }
        if (contains(text, UNAVAILABLE)) {
            return Category.UNAVAILABLE;
        }
        if (bye) {
            return stage == Stage.GREETING || stage == Stage.LOGIN ? Category.UNAVAILABLE : Category.CONNECTION_LOST;
        }
        return switch (stage) {
            case LOGIN -> credentials("", text);
            case SELECT -> Category.MAILBOX_REFUSED;
            case STARTTLS -> Category.STARTTLS_UNAVAILABLE;
            default -> Category.COMMAND_REFUSED;
        };
    }

    private static @Nullable Duration backoff(String text) {
        Matcher match = BACKOFF.matcher(text);
        if (!match.find()) {
            return null;
        }
        long amount = Long.parseLong(match.group(1));
        String unit = match.group(2) == null ? "s" : match.group(2).toLowerCase(Locale.ROOT);
        Duration asked =
                switch (unit) {
                    case "ms", "millisecond" -> Duration.ofMillis(amount);
                    case "minute" -> Duration.ofMinutes(amount);
                    default -> Duration.ofSeconds(amount);
                };
        return asked.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : asked;
    }

    private static boolean contains(String text, List<String> parts) {
        return parts.stream().anyMatch(text::contains);
    }
}
