package dev.mailroom.mailclient.imap;

import java.time.Duration;

/**
 * Bounds of one IMAP session. A server that goes past one is cut off with {@code LIMIT_EXCEEDED} or {@code DEADLINE_EXCEEDED}.
 *
 * @param loginDeadline from the greeting to the end of the log-in, TLS handshake of STARTTLS included
 * @param commandDeadline one command with all of its answer; a transfer of n bytes gets n / 50 KB/s on top
 * @param idleAnswer from DONE (or NOOP) to the server's answer: how long a dead connection can stay unnoticed after the wait is over
 * @param logout how long a polite end may take
 * @param loginMaxBytes everything the server says until we are logged in
 * @param responseMaxBytes one answer line with its literals, bodies and SEARCH excepted
 * @param searchMaxBytes one answer to SEARCH
 * @param bodyMaxBytes one message body; larger ones are only streamed
 * @param responsesMax answer lines of a command whose size is not known before, in lines
 * @param mailboxesMax mailboxes of one LIST
 * @param messagesMax messages in one mailbox
 * @param updatesMax kept unasked data; beyond it one {@link MailboxUpdate.Overflow} stands for the rest
 */
public record ImapLimits(
        Duration loginDeadline,
        Duration commandDeadline,
        Duration idleAnswer,
        Duration logout,
        int loginMaxBytes,
        int responseMaxBytes,
        int searchMaxBytes,
        int bodyMaxBytes,
        int responsesMax,
        int mailboxesMax,
        int messagesMax,
        int updatesMax) {

    private static final int MIB = 1024 * 1024;

    /** 30 s, 5 min, 20 s, 2 s; 64 KiB, 1 MiB, 16 MiB, 32 MiB; 30,000 lines, 10,000 mailboxes, 10 million messages, 10,000 updates. */
    public static ImapLimits defaults() {
        return new ImapLimits(
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(2),
                64 * 1024,
                MIB,
                16 * MIB,
                32 * MIB,
                30_000,
                10_000,
                10_000_000,
                10_000);
    }

    public ImapLimits {
        if (!loginDeadline.isPositive()
                || !commandDeadline.isPositive()
                || !idleAnswer.isPositive()
                || !logout.isPositive()) {
            throw new IllegalArgumentException("deadlines must be positive");
        }
        int smallest = Math.min(
                Math.min(Math.min(loginMaxBytes, responseMaxBytes), Math.min(searchMaxBytes, bodyMaxBytes)),
                Math.min(Math.min(responsesMax, mailboxesMax), Math.min(messagesMax, updatesMax)));
        if (smallest < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    public ImapLimits withDeadlines(Duration login, Duration command, Duration idle) {
        return new ImapLimits(
                login,
                command,
                idle,
                logout,
                loginMaxBytes,
                responseMaxBytes,
                searchMaxBytes,
                bodyMaxBytes,
                responsesMax,
                mailboxesMax,
                messagesMax,
                updatesMax);
    }

    public ImapLimits withBodyMaxBytes(int bytes) {
        return new ImapLimits(
                loginDeadline,
                commandDeadline,
                idleAnswer,
                logout,
                loginMaxBytes,
                responseMaxBytes,
                searchMaxBytes,
                bytes,
                responsesMax,
                mailboxesMax,
                messagesMax,
                updatesMax);
    }
}
