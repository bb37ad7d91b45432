package dev.mailroom.mailclient.smtp;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import java.util.Locale;

/** What a server means that does not let us in: the account's state depends on it, so only a clear refusal counts as one. */
final class LoginRefusal {
    private LoginRefusal() {}

    static MailException ofGreeting(SmtpReply reply) {
        Category category = reply.code() == 421 ? Category.THROTTLED : Category.UNAVAILABLE;
        return MailException.at(Stage.GREETING, category)
                .responseCode(reply.enhancedCode())
                .build();
    }

    /** @param reply to AUTH or to the credentials, not positive */
    static MailException of(SmtpReply reply) {
        return MailException.at(Stage.LOGIN, category(reply))
                .responseCode(reply.enhancedCode())
                .serverText(reply.text())
                .build();
    }

    private static Category category(SmtpReply reply) {
        String text = reply.text().toLowerCase(Locale.ROOT);
        String enhanced = reply.enhancedCode() == null ? "" : reply.enhancedCode();
        boolean tooMuch = text.contains("too many") || text.contains("rate limit") || text.contains("throttl");
        return switch (reply.code()) {
            case 421 -> Category.THROTTLED;
            case 432, 454, 451, 450, 452 -> tooMuch ? Category.THROTTLED : Category.UNAVAILABLE;
            case 502, 504 -> Category.AUTH_MECHANISM_MISSING;
            case 530, 538 -> Category.PRIVACY_REQUIRED;
            default -> {
                if (reply.code() / 100 != 5 || tooMuch) {
                    yield tooMuch ? Category.THROTTLED : Category.UNAVAILABLE;
                }
                if (text.contains("smtpclientauthentication is disabled")
                        || text.contains("basic authentication is disabled")
                        || enhanced.equals("5.7.139")) {
                    yield Category.PROTOCOL_DISABLED;
                }
                boolean app = text.contains("application-specific") || text.contains("app password");
                yield app ? Category.APP_PASSWORD_NEEDED : Category.CREDENTIALS_REFUSED;
            }
        };
    }
}
