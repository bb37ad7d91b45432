package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.RefusalText;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.failure.Stage;
import java.time.Duration;
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
        Category said = RefusalText.meaningOf(status.text());
        Category category = byCode(stage, status.code(), said);
        if (category == null) {
            category = byText(stage, said, bye);
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

    private static @Nullable Category byCode(Stage stage, String code, @Nullable Category said) {
        return switch (code) {
            case "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED" -> credentials(said);
            case "WEBALERT" -> said == Category.APP_PASSWORD_NEEDED ? said : Category.CONTACT_ADMIN;
            case "UNAVAILABLE", "INUSE", "SERVERBUG" ->
                said == Category.THROTTLED ? Category.THROTTLED : Category.UNAVAILABLE;
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

    // Some hosts answer "wrong password" with the code, and say in words that they are throttling.
    private static Category credentials(@Nullable Category said) {
        return said == null || said == Category.UNAVAILABLE ? Category.CREDENTIALS_REFUSED : said;
    }

    private static Category byText(Stage stage, @Nullable Category said, boolean bye) {
        boolean aboutLogin = stage == Stage.LOGIN || stage == Stage.GREETING;
        boolean aboutServer =
                said == Category.PROTOCOL_DISABLED || said == Category.THROTTLED || said == Category.UNAVAILABLE;
        if (said != null && (aboutLogin || aboutServer)) {
            return said;
        }
        if (bye) {
            return aboutLogin ? Category.UNAVAILABLE : Category.CONNECTION_LOST;
        }
        return switch (stage) {
            case LOGIN -> Category.CREDENTIALS_REFUSED;
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
}
