package dev.mailroom.mailclient.smtp;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.RefusalText;
import dev.mailroom.mailclient.failure.Stage;
import org.jspecify.annotations.Nullable;

/** What a server means that does not let us in: the account's state depends on it, so only a clear refusal counts as one. */
final class LoginRefusal {
    private LoginRefusal() {}

    static MailException ofGreeting(SmtpReply reply) {
        Category category = reply.code() == 421 ? Category.THROTTLED : Category.UNAVAILABLE;
        return MailException.at(Stage.GREETING, category)
                .responseCode(codeOf(reply))
                .build();
    }

    /** @param reply to AUTH or to the credentials, not positive */
    static MailException of(SmtpReply reply) {
        return MailException.at(Stage.LOGIN, category(reply))
                .responseCode(codeOf(reply))
                .serverText(reply.text())
                .build();
    }

    /** The enhanced code says more; servers without any have at least the reply code. */
    private static String codeOf(SmtpReply reply) {
        return reply.enhancedCode() == null ? Integer.toString(reply.code()) : reply.enhancedCode();
    }

    // RFC 4954 section 6, and what the large providers answer in its place.
    private static Category category(SmtpReply reply) {
        Category said = RefusalText.meaningOf(reply.text());
        String enhanced = reply.enhancedCode() == null ? "" : reply.enhancedCode();
        return switch (reply.code()) {
            case 421 -> Category.THROTTLED;
            case 432, 454, 451, 450, 452 -> transientFailure(said);
            case 502, 504 -> Category.AUTH_MECHANISM_MISSING;
            case 530 -> enhanced.equals("5.7.57") ? Category.PROTOCOL_DISABLED : Category.PRIVACY_REQUIRED;
            case 538 -> Category.PRIVACY_REQUIRED;
            default -> reply.code() / 100 == 5 ? refusal(enhanced, said) : transientFailure(said);
        };
    }

    private static Category transientFailure(@Nullable Category said) {
        return said == Category.THROTTLED ? Category.THROTTLED : Category.UNAVAILABLE;
    }

    private static Category refusal(String enhanced, @Nullable Category said) {
        if (said != null) {
            return said;
        }
        return switch (enhanced) {
            case "5.7.139" -> Category.PROTOCOL_DISABLED;
            case "5.7.4", "5.7.9" -> Category.AUTH_MECHANISM_MISSING;
            case "5.7.11" -> Category.PRIVACY_REQUIRED;
            default -> Category.CREDENTIALS_REFUSED;
        };
    }
}
