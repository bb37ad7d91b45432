package dev.mailroom.contracts;

import java.time.Instant;
import java.util.UUID;

/**
 * Topic {@code mailroom.mail.commands}, key: account. Written by rules-service, send-service and the API of sync-service; done by
 * the replica of sync-service that owns the account. The {@code command} id makes a command happen once, however often it is read.
 */
public sealed interface MailCommand extends MailroomEvent {

    UUID account();

    UUID command();

    Origin origin();

    @Override
    default UUID subject() {
        return command();
    }

    @Override
    default String partitionKey() {
        return account().toString();
    }

    /** A command about one message. */
    sealed interface OnMessage extends MailCommand {
        UUID message();
    }

    @EventType("mail.mark_read")
    record MarkRead(UUID command, UUID account, UUID organization, UUID message, Origin origin) implements OnMessage {
        public MarkRead {
            requireAll(command, account, organization, message, origin);
        }
    }

    @EventType("mail.mark_unread")
    record MarkUnread(UUID command, UUID account, UUID organization, UUID message, Origin origin) implements OnMessage {
        public MarkUnread {
            requireAll(command, account, organization, message, origin);
        }
    }

    /** Copies the message to the mailbox named {@code label} ("A/B" for a nested one), made where it does not exist. */
    @EventType("mail.apply_label")
    record ApplyLabel(UUID command, UUID account, UUID organization, UUID message, String label, Origin origin)
            implements OnMessage {
        public ApplyLabel {
            requireAll(command, account, organization, message, origin);
            Required.of("label", label);
        }
    }

    @EventType("mail.remove_label")
    record RemoveLabel(UUID command, UUID account, UUID organization, UUID message, String label, Origin origin)
            implements OnMessage {
        public RemoveLabel {
            requireAll(command, account, organization, message, origin);
            Required.of("label", label);
        }
    }

    @EventType("mail.archive")
    record Archive(UUID command, UUID account, UUID organization, UUID message, Origin origin) implements OnMessage {
        public Archive {
            requireAll(command, account, organization, message, origin);
        }
    }

    @EventType("mail.move_to_inbox")
    record MoveToInbox(UUID command, UUID account, UUID organization, UUID message, Origin origin)
            implements OnMessage {
        public MoveToInbox {
            requireAll(command, account, organization, message, origin);
        }
    }

    @EventType("mail.trash")
    record Trash(UUID command, UUID account, UUID organization, UUID message, Origin origin) implements OnMessage {
        public Trash {
            requireAll(command, account, organization, message, origin);
        }
    }

    @EventType("mail.spam")
    record Spam(UUID command, UUID account, UUID organization, UUID message, Origin origin) implements OnMessage {
        public Spam {
            requireAll(command, account, organization, message, origin);
        }
    }

    @EventType("mail.not_spam")
    record NotSpam(UUID command, UUID account, UUID organization, UUID message, Origin origin) implements OnMessage {
        public NotSpam {
            requireAll(command, account, organization, message, origin);
        }
    }

    @EventType("mail.create_label")
    record CreateLabel(UUID command, UUID account, UUID organization, String label, Origin origin)
            implements MailCommand {
        public CreateLabel {
            requireAll(command, account, organization, organization, origin);
            Required.of("label", label);
        }
    }

    /**
     * Files the copy of a sent message, unless the provider already did.
     *
     * @param outgoing its id in send-service, from which the bytes are fetched
     * @param emailMessageId the Message-ID to look for
     * @param sentAt becomes the INTERNALDATE
     */
    @EventType("mail.append_sent")
    record AppendSent(
            UUID command,
            UUID account,
            UUID organization,
            UUID outgoing,
            String emailMessageId,
            Instant sentAt,
            Origin origin)
            implements MailCommand {
        public AppendSent {
            requireAll(command, account, organization, outgoing, origin);
            Required.of("email_message_id", emailMessageId);
            Required.of("sent_at", sentAt);
        }
    }

    private static void requireAll(UUID command, UUID account, UUID organization, UUID named, Origin origin) {
        Required.of("command", command);
        Required.of("account", account);
        Required.of("organization", organization);
        Required.of("message", named);
        Required.of("origin", origin);
    }
}
