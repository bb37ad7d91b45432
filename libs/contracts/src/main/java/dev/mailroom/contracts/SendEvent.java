package dev.mailroom.contracts;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Topic {@code mailroom.send.events}, key: account. Written by send-service. */
public sealed interface SendEvent extends MailroomEvent {

    UUID account();

    /** The outgoing message's id in send-service. */
    UUID outgoing();

    @Override
    default UUID subject() {
        return outgoing();
    }

    @Override
    default String partitionKey() {
        return account().toString();
    }

    /**
     * What the server said of one recipient.
     *
     * @param state {@code accepted}, {@code deferred} or {@code rejected}
     * @param replyCode SMTP reply code (RFC 5321 section 4.2), null where there was none
     * @param enhancedCode RFC 3463 code such as {@code 5.1.1}, null where there was none
     */
    record Recipient(
            String address,
            String state,
            @Nullable Integer replyCode,
            @Nullable String enhancedCode) {
        public Recipient {
            Required.of("address", address);
            Required.of("state", state);
        }
    }

    /** Taken, stored and waiting for its turn. */
    @EventType("send.queued")
    record Queued(
            UUID outgoing,
            UUID account,
            UUID organization,
            String emailMessageId,
            @Nullable UUID conversation,
            Instant notBefore)
            implements SendEvent {
        public Queued {
            require(outgoing, account, organization, emailMessageId);
            Required.of("not_before", notBefore);
        }
    }

    /**
     * The server took responsibility for every recipient.
     *
     * @param evidence null where the server said so; {@code sent_folder} or {@code inbox}: its answer was lost, and the message was found
     *     there
     */
    @EventType("send.accepted")
    record Accepted(
            UUID outgoing,
            UUID account,
            UUID organization,
            String emailMessageId,
            @Nullable UUID conversation,
            List<Recipient> recipients,
            Instant acceptedAt,
            @Nullable String evidence)
            implements SendEvent {
        public Accepted {
            require(outgoing, account, organization, emailMessageId);
            recipients = Required.list(recipients);
            Required.of("accepted_at", acceptedAt);
        }
    }

    /** The server took some recipients; the deferred ones of the others are tried again. */
    @EventType("send.partially_accepted")
    record PartiallyAccepted(
            UUID outgoing,
            UUID account,
            UUID organization,
            String emailMessageId,
            @Nullable UUID conversation,
            List<Recipient> recipients,
            Instant acceptedAt)
            implements SendEvent {
        public PartiallyAccepted {
            require(outgoing, account, organization, emailMessageId);
            recipients = Required.list(recipients);
            Required.of("accepted_at", acceptedAt);
        }
    }

    /** Not now: tried again at {@code nextAttempt}. */
    @EventType("send.deferred")
    record Deferred(
            UUID outgoing,
            UUID account,
            UUID organization,
            String emailMessageId,
            int attempt,
            String reason,
            Instant nextAttempt)
            implements SendEvent {
        public Deferred {
            require(outgoing, account, organization, emailMessageId);
            Required.of("reason", reason);
            Required.of("next_attempt", nextAttempt);
        }
    }

    /** The server refused it for good, or every try of its time failed. */
    @EventType("send.rejected")
    record Rejected(
            UUID outgoing,
            UUID account,
            UUID organization,
            String emailMessageId,
            List<Recipient> recipients,
            String reason)
            implements SendEvent {
        public Rejected {
            require(outgoing, account, organization, emailMessageId);
            recipients = Required.list(recipients);
            Required.of("reason", reason);
        }
    }

    /** The server got the whole message and its answer was lost. It is not sent again until somebody decides. */
    @EventType("send.unknown")
    record Unknown(UUID outgoing, UUID account, UUID organization, String emailMessageId, String reason)
            implements SendEvent {
        public Unknown {
            require(outgoing, account, organization, emailMessageId);
            Required.of("reason", reason);
        }
    }

    @EventType("send.cancelled")
    record Cancelled(UUID outgoing, UUID account, UUID organization, String emailMessageId) implements SendEvent {
        public Cancelled {
            require(outgoing, account, organization, emailMessageId);
        }
    }

    /** A report of non-delivery came back (RFC 3464). */
    @EventType("send.bounced")
    record Bounced(UUID outgoing, UUID account, UUID organization, String emailMessageId, List<Recipient> recipients)
            implements SendEvent {
        public Bounced {
            require(outgoing, account, organization, emailMessageId);
            recipients = Required.list(recipients);
        }
    }

    private static void require(UUID outgoing, UUID account, UUID organization, String emailMessageId) {
        Required.of("outgoing", outgoing);
        Required.of("account", account);
        Required.of("organization", organization);
        Required.of("email_message_id", emailMessageId);
    }
}
