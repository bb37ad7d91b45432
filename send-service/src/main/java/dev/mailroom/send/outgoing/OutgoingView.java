package dev.mailroom.send.outgoing;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An outgoing message in JSON.
 *
 * @param sendAt the first attempt is not earlier
 * @param nextAttemptAt null when nothing more is tried
 * @param attempts oldest first, the last 50; null in lists
 */
public record OutgoingView(
        UUID id,
        UUID account,
        String state,
        @Nullable String reason,
        AddressView from,
        List<RecipientView> to,
        List<RecipientView> cc,
        List<RecipientView> bcc,
        String subject,
        String emailMessageId,
        @Nullable UUID conversation,
        long sizeBytes,
        boolean autoFollowup,
        Instant sendAt,
        @Nullable Instant nextAttemptAt,
        int attemptCount,
        @Nullable List<AttemptView> attempts,
        @Nullable String sentCopy,
        @Nullable Instant acceptedAt,
        Instant createdAt,
        Instant updatedAt) {

    /** An address in JSON. */
    public record AddressView(@Nullable String name, String address) {}

    /** @param state {@code pending accepted deferred rejected} */
    public record RecipientView(
            @Nullable String name,
            String address,
            String state,
            @Nullable Integer replyCode,
            @Nullable String enhancedCode,
            @Nullable String text) {}

    /**
     * One attempt.
     *
     * @param phase the furthest that was about to begin: {@code claimed connect tls greeting auth envelope data dot accepted}
     * @param outcome null while it runs
     */
    public record AttemptView(
            int number,
            Instant startedAt,
            @Nullable Instant finishedAt,
            String phase,
            @Nullable String outcome,
            @Nullable String reason,
            @Nullable Integer replyCode,
            @Nullable String enhancedCode,
            @Nullable String text) {}

    static OutgoingView of(OutgoingRow row, List<RecipientRow> recipients, @Nullable List<AttemptRow> attempts) {
        return new OutgoingView(
                row.id,
                row.accountId,
                row.state,
                row.reason,
                new AddressView(row.fromName, row.fromAddress),
                kind(recipients, row, "to"),
                kind(recipients, row, "cc"),
                kind(recipients, row, "bcc"),
                row.subject,
                row.emailMessageId,
                row.conversationId,
                row.sizeBytes,
                row.autoFollowup,
                row.notBefore,
                row.nextAttemptAt,
                row.attempts,
                attempts == null
                        ? null
                        : attempts.reversed().stream()
                                .map(OutgoingView::attempt)
                                .toList(),
                row.sentCopy,
                row.acceptedAt,
                row.createdAt,
                row.updatedAt);
    }

    private static List<RecipientView> kind(List<RecipientRow> recipients, OutgoingRow row, String kind) {
        return recipients.stream()
                .filter(recipient -> recipient.outgoingId.equals(row.id) && recipient.kind.equals(kind))
                .map(recipient -> new RecipientView(
                        recipient.name,
                        recipient.address,
                        recipient.state,
                        recipient.replyCode,
                        recipient.enhancedCode,
                        recipient.replyText))
                .toList();
    }

    private static AttemptView attempt(AttemptRow row) {
        return new AttemptView(
                row.number,
                row.startedAt,
                row.finishedAt,
                row.phase,
                row.outcome,
                row.reason,
                row.replyCode,
                row.enhancedCode,
                row.replyText);
    }
}
