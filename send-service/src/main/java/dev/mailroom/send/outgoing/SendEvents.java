package dev.mailroom.send.outgoing;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailCommand;
import dev.mailroom.contracts.Origin;
import dev.mailroom.contracts.SendEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The events of this service. Ids follow from the message and the attempt, so that a repeat is the same event. */
@ApplicationScoped
public class SendEvents {
    private static final String SOURCE = "/send-service";

    private final Clock clock;

    SendEvents(Clock clock) {
        this.clock = clock;
    }

    CloudEvent<SendEvent> queued(OutgoingRow row) {
        return event(
                "send.queued",
                row,
                new SendEvent.Queued(
                        row.id,
                        row.accountId,
                        row.organizationId,
                        row.emailMessageId,
                        row.conversationId,
                        row.notBefore));
    }

    public CloudEvent<SendEvent> accepted(OutgoingRow row, List<RecipientRow> recipients) {
        return accepted(row, recipients, null);
    }

    /** @param evidence how it is known where no server's answer says it; null for the answer */
    CloudEvent<SendEvent> accepted(OutgoingRow row, List<RecipientRow> recipients, @Nullable String evidence) {
        return event(
                "send.accepted",
                row,
                new SendEvent.Accepted(
                        row.id,
                        row.accountId,
                        row.organizationId,
                        row.emailMessageId,
                        row.conversationId,
                        results(recipients),
                        acceptedAt(row),
                        evidence));
    }

    public CloudEvent<SendEvent> partiallyAccepted(OutgoingRow row, List<RecipientRow> recipients) {
        return event(
                "send.partially_accepted",
                row,
                new SendEvent.PartiallyAccepted(
                        row.id,
                        row.accountId,
                        row.organizationId,
                        row.emailMessageId,
                        row.conversationId,
                        results(recipients),
                        acceptedAt(row)));
    }

    public CloudEvent<SendEvent> deferred(OutgoingRow row, String reason, Instant nextAttempt) {
        return event(
                "send.deferred",
                row,
                new SendEvent.Deferred(
                        row.id,
                        row.accountId,
                        row.organizationId,
                        row.emailMessageId,
                        row.attempts,
                        reason,
                        nextAttempt));
    }

    public CloudEvent<SendEvent> rejected(OutgoingRow row, List<RecipientRow> recipients, String reason) {
        return event(
                "send.rejected",
                row,
                new SendEvent.Rejected(
                        row.id, row.accountId, row.organizationId, row.emailMessageId, results(recipients), reason));
    }

    public CloudEvent<SendEvent> unknown(OutgoingRow row, String reason) {
        return event(
                "send.unknown",
                row,
                new SendEvent.Unknown(row.id, row.accountId, row.organizationId, row.emailMessageId, reason));
    }

    CloudEvent<SendEvent> cancelled(OutgoingRow row) {
        return event(
                "send.cancelled",
                row,
                new SendEvent.Cancelled(row.id, row.accountId, row.organizationId, row.emailMessageId));
    }

    /** Asks sync-service for the Sent copy; one for each message, however often it was tried. */
    public CloudEvent<MailCommand> appendSent(OutgoingRow row) {
        UUID command = appendCommand(row.id);
        MailCommand.AppendSent data = new MailCommand.AppendSent(
                command,
                row.accountId,
                row.organizationId,
                row.id,
                row.emailMessageId,
                acceptedAt(row),
                new Origin(Origin.Kind.SEND, row.id, null, 0));
        return new CloudEvent<>(command, SOURCE, clock.instant(), data);
    }

    static UUID appendCommand(UUID outgoing) {
        return EventIds.of("mail.append_sent", outgoing);
    }

    private CloudEvent<SendEvent> event(String kind, OutgoingRow row, SendEvent data) {
        return new CloudEvent<>(EventIds.of(kind, row.id, row.attempts), SOURCE, clock.instant(), data);
    }

    private static Instant acceptedAt(OutgoingRow row) {
        return Objects.requireNonNull(row.acceptedAt, "an accepted message has a time of acceptance");
    }

    private static List<SendEvent.Recipient> results(List<RecipientRow> recipients) {
        return recipients.stream().map(RecipientRow::toEvent).toList();
    }
}
