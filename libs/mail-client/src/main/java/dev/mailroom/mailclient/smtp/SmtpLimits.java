package dev.mailroom.mailclient.smtp;

import java.time.Duration;

/**
 * Bounds of one SMTP dialogue. A server that goes past one is cut off.
 *
 * @param reply the longest wait for a whole reply before the final dot
 * @param dotReply the longest wait for the reply to the final dot (RFC 5321 section 4.5.3.2.6)
 * @param body the longest time to write a message, besides one second for every {@link #BODY_MIN_BYTES_PER_SECOND} bytes
 * @param verify the whole of a {@link SmtpTransport#verify}
 * @param replyMaxBytes one reply with all of its lines
 * @param messageMaxBytes one message
 */
public record SmtpLimits(
        Duration reply, Duration dotReply, Duration body, Duration verify, int replyMaxBytes, int messageMaxBytes) {
    /** Slowest pace at which a server may take a message, in bytes per second. */
    public static final int BODY_MIN_BYTES_PER_SECOND = 50 * 1024;

    /** Octets of one line of a message without its CRLF (RFC 5322 section 2.1.1). */
    public static final int LINE_MAX_BYTES = 998;

    public SmtpLimits {
        if (!reply.isPositive() || !dotReply.isPositive() || !body.isPositive() || !verify.isPositive()) {
            throw new IllegalArgumentException("time-outs must be positive");
        }
        if (replyMaxBytes < 1 || messageMaxBytes < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /** 300 s, 600 s, 300 s, 30 s; 64 KiB, 64 MiB. */
    public static SmtpLimits defaults() {
        return new SmtpLimits(
                Duration.ofSeconds(300),
                Duration.ofSeconds(600),
                Duration.ofSeconds(300),
                Duration.ofSeconds(30),
                64 * 1024,
                64 * 1024 * 1024);
    }

    /** The same with other time-outs; the body's is the reply's. */
    public SmtpLimits withTimeouts(Duration newReply, Duration newDotReply) {
        return new SmtpLimits(newReply, newDotReply, newReply, verify, replyMaxBytes, messageMaxBytes);
    }

    Duration bodyDeadline(int bytes) {
        return body.plusSeconds(bytes / BODY_MIN_BYTES_PER_SECOND);
    }
}
