package dev.mailroom.mailclient.smtp;

import java.util.List;
import java.util.Locale;

/** What a reply means for the message: the reply code decides, then the enhanced code, then what is known of some providers. */
enum ReplyVerdict {
    ACCEPTED,
    TRANSIENT,
    PERMANENT;

    private static final int CLOSING = 421;
    private static final int BAD_SEQUENCE = 503;
    private static final int TOO_MUCH = 552;

    /** About the log-in or the encryption, not about the message. */
    private static final List<Integer> ABOUT_THE_SESSION = List.of(530, 534, 535, 538);

    /** Providers that answer 5yz to "too much for now". Lower case; they count only beside {@link #THROTTLING_CODES} or no code. */
    private static final List<String> THROTTLING_TEXTS = List.of(
            "rate limit",
            "ratelimit",
            "too many",
            "throttl",
            "sending limit",
            "sending quota",
            "limit exceeded",
            "exceeded the limit",
            "exceeded the maximum number",
            "try again later",
            "try later",
            "temporarily");

    private static final List<String> THROTTLING_CODES = List.of("5.7.", "5.4.5", "5.4.6", "5.2.0", "5.5.3");

    /** @param atRecipient whether it answers RCPT, where 552 means "too many recipients" (RFC 5321 section 4.5.3.1.10) */
    static ReplyVerdict of(SmtpReply reply, boolean atRecipient) {
        int code = reply.code();
        String enhanced = reply.enhancedCode() == null ? "" : reply.enhancedCode();
        if (reply.positive()) {
            return ACCEPTED;
        }
        if (code / 100 != 5 || code == CLOSING || code == BAD_SEQUENCE || ABOUT_THE_SESSION.contains(code)) {
            return TRANSIENT;
        }
        if (code == TOO_MUCH && (enhanced.startsWith("4.") || (atRecipient && enhanced.isEmpty()))) {
            return TRANSIENT;
        }
        return isThrottling(reply.text(), enhanced) ? TRANSIENT : PERMANENT;
    }

    private static boolean isThrottling(String text, String enhanced) {
        String lower = text.toLowerCase(Locale.ROOT);
        boolean code = enhanced.isEmpty() || THROTTLING_CODES.stream().anyMatch(enhanced::startsWith);
        return code && THROTTLING_TEXTS.stream().anyMatch(lower::contains);
    }
}
