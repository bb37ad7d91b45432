package dev.mailroom.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Topic {@code mailroom.mail.events}, key: account. Written by sync-service. */
public sealed interface MailEvent extends MailroomEvent {

    UUID account();

    @Override
    default String partitionKey() {
        return account().toString();
    }

    /** Where a change came from. */
    enum Source {
        @JsonProperty("live")
        LIVE,
        @JsonProperty("import")
        IMPORT,
        @JsonProperty("resync")
        RESYNC,
        @JsonProperty("command")
        COMMAND
    }

    /**
     * A new message, seen for the first time and after the provider filed it. Told once, and before anything else is told of the message; once
     * more, with another event id, if it comes back after {@code message.deleted} said that no copy of it is left.
     *
     * @param providerFiled whether it was first seen outside INBOX, or moved out of it by the provider before it was told
     */
    @EventType("message.received")
    record MessageReceived(
            UUID account, UUID organization, Message message, Mailbox mailbox, Source source, boolean providerFiled)
            implements MailEvent {
        public MessageReceived {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("message", message);
            Required.of("mailbox", mailbox);
            Required.of("source", source);
        }

        @Override
        public UUID subject() {
            return message.id();
        }
    }

    /**
     * An old message, brought in by the history import, moved by hand from where it was not imported, or put back after no copy of it was
     * left: no rule, notice or reopening follows.
     */
    @EventType("message.imported")
    record MessageImported(UUID account, UUID organization, Message message, Mailbox mailbox) implements MailEvent {
        public MessageImported {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("message", message);
            Required.of("mailbox", mailbox);
        }

        @Override
        public UUID subject() {
            return message.id();
        }
    }

    /** Flags or labels are not what they were. {@code labels} is the whole set after the change. */
    @EventType("message.updated")
    record MessageUpdated(
            UUID account,
            UUID organization,
            UUID message,
            UUID conversation,
            boolean unread,
            boolean flagged,
            List<String> labels,
            Source source)
            implements MailEvent {
        public MessageUpdated {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("message", message);
            Required.of("conversation", conversation);
            labels = Required.list(labels);
            Required.of("source", source);
        }

        @Override
        public UUID subject() {
            return message;
        }
    }

    /** A message lies in one mailbox no more and in another one now. With a second copy left in the first it has not moved. */
    @EventType("message.moved")
    record MessageMoved(
            UUID account, UUID organization, UUID message, UUID conversation, Mailbox from, Mailbox to, Source source)
            implements MailEvent {
        public MessageMoved {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("message", message);
            Required.of("conversation", conversation);
            Required.of("from", from);
            Required.of("to", to);
            Required.of("source", source);
        }

        @Override
        public UUID subject() {
            return message;
        }
    }

    /**
     * A message lies in a mailbox no more, and was not seen to go to another one.
     *
     * @param lastCopy whether no copy of the message is left in the organization: if it comes back, it is told with its content, under the id
     *     that it had
     */
    @EventType("message.deleted")
    record MessageDeleted(
            UUID account,
            UUID organization,
            UUID message,
            UUID conversation,
            Mailbox mailbox,
            boolean lastCopy,
            Source source)
            implements MailEvent {
        public MessageDeleted {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("message", message);
            Required.of("conversation", conversation);
            Required.of("mailbox", mailbox);
            Required.of("source", source);
        }

        @Override
        public UUID subject() {
            return message;
        }
    }

    /**
     * A message that Mailroom already knew lies in a mailbox besides: in another account, after a migration, or in a mailbox with a role that it
     * did not lie in. Not told of the archive, where some providers have everything, of ordinary mailboxes, which the labels of {@code
     * message.updated} name, and of a second copy in the same mailbox.
     */
    @EventType("message.copy_linked")
    record MessageCopyLinked(
            UUID account, UUID organization, UUID message, UUID conversation, Mailbox mailbox, Source source)
            implements MailEvent {
        public MessageCopyLinked {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("message", message);
            Required.of("conversation", conversation);
            Required.of("mailbox", mailbox);
            Required.of("source", source);
        }

        @Override
        public UUID subject() {
            return message;
        }
    }

    /** A message that could not be taken in; it is kept and can be tried again. */
    @EventType("message.quarantined")
    record MessageQuarantined(
            UUID account,
            UUID organization,
            UUID quarantine,
            Mailbox mailbox,
            long uidValidity,
            long uid,
            String reason)
            implements MailEvent {
        public MessageQuarantined {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("quarantine", quarantine);
            Required.of("mailbox", mailbox);
            Required.of("reason", reason);
        }

        @Override
        public UUID subject() {
            return quarantine;
        }
    }

    @EventType("mailbox.created")
    record MailboxCreated(UUID account, UUID organization, Mailbox mailbox) implements MailEvent {
        public MailboxCreated {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("mailbox", mailbox);
        }

        @Override
        public UUID subject() {
            return mailbox.id();
        }
    }

    @EventType("mailbox.renamed")
    record MailboxRenamed(UUID account, UUID organization, Mailbox mailbox, List<String> previousPath)
            implements MailEvent {
        public MailboxRenamed {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("mailbox", mailbox);
            previousPath = Required.list(previousPath);
        }

        @Override
        public UUID subject() {
            return mailbox.id();
        }
    }

    @EventType("mailbox.deleted")
    record MailboxDeleted(UUID account, UUID organization, Mailbox mailbox) implements MailEvent {
        public MailboxDeleted {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("mailbox", mailbox);
        }

        @Override
        public UUID subject() {
            return mailbox.id();
        }
    }

    /** The server renumbered the mailbox (UIDVALIDITY); its messages were found again, {@code relinked} of them. */
    @EventType("mailbox.reset")
    record MailboxReset(UUID account, UUID organization, Mailbox mailbox, long uidValidity, long relinked)
            implements MailEvent {
        public MailboxReset {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("mailbox", mailbox);
        }

        @Override
        public UUID subject() {
            return mailbox.id();
        }
    }

    /**
     * A command was done on the server.
     *
     * @param type the command's type, for example {@code archive}
     * @param message null for commands that name none
     * @param result what was done, for example {@code appended} or {@code found_on_server} for {@code append_sent}
     */
    @EventType("command.succeeded")
    record CommandSucceeded(
            UUID account,
            UUID organization,
            UUID command,
            String type,
            @Nullable UUID message,
            Origin origin,
            String result)
            implements MailEvent {
        public CommandSucceeded {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("command", command);
            Required.of("type", type);
            Required.of("origin", origin);
            Required.of("result", result);
        }

        @Override
        public UUID subject() {
            return command;
        }
    }

    /** A command could not be done. {@code reason} is a stable word, {@code detail} is for a person. */
    @EventType("command.failed")
    record CommandFailed(
            UUID account,
            UUID organization,
            UUID command,
            String type,
            @Nullable UUID message,
            Origin origin,
            String reason,
            @Nullable String detail)
            implements MailEvent {
        public CommandFailed {
            Required.of("account", account);
            Required.of("organization", organization);
            Required.of("command", command);
            Required.of("type", type);
            Required.of("origin", origin);
            Required.of("reason", reason);
        }

        @Override
        public UUID subject() {
            return command;
        }
    }
}
