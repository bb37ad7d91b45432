package dev.mailroom.sync.message;

import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.Mailbox;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.Message;
import dev.mailroom.sync.database.Transaction;
import java.util.UUID;

/** Events about known messages. Their ids follow from account, message and the message's revision. */
final class MailEvents {
    private MailEvents() {}

    /**
     * Whether it is told by itself that a message lies in a mailbox too. An ordinary mailbox is a label, which {@code message.updated} names;
     * the archive is where a message lies that is told to lie nowhere else, for some providers have everything in it.
     */
    static boolean tellsOf(Mailbox mailbox) {
        return mailbox.role() != null && mailbox.role() != MailboxRole.ARCHIVE;
    }

    /** A new message, with its content. */
    static void received(
            Transaction tx,
            AccountScope scope,
            IdentifiedArrival arrived,
            UUID conversation,
            long revision,
            Mailbox mailbox,
            CopyStates.View view) {
        tx.tell(
                EventIds.of("message.received", scope.account(), arrived.id(), revision),
                new MailEvent.MessageReceived(
                        scope.account(),
                        scope.organization(),
                        picture(arrived, conversation, mailbox, view),
                        mailbox,
                        MailEvent.Source.LIVE,
                        mailbox.role() != MailboxRole.INBOX && mailbox.role() != MailboxRole.SENT));
    }

    /** A message of before, with its content. */
    static void imported(
            Transaction tx,
            AccountScope scope,
            IdentifiedArrival arrived,
            UUID conversation,
            long revision,
            Mailbox mailbox,
            CopyStates.View view) {
        tx.tell(
                EventIds.of("message.imported", scope.account(), arrived.id(), revision),
                new MailEvent.MessageImported(
                        scope.account(), scope.organization(), picture(arrived, conversation, mailbox, view), mailbox));
    }

    private static Message picture(
            IdentifiedArrival arrived, UUID conversation, Mailbox mailbox, CopyStates.View view) {
        return MessageRows.picture(
                arrived.id(),
                conversation,
                arrived.arrival(),
                view.unread(),
                view.flagged(),
                view.labelsBeside(mailbox));
    }

    /** The message lies in another mailbox besides. */
    static void linked(
            Transaction tx,
            AccountScope scope,
            UUID message,
            UUID conversation,
            long revision,
            Mailbox mailbox,
            MailEvent.Source source) {
        tx.tell(
                EventIds.of("message.copy_linked", scope.account(), message, revision),
                new MailEvent.MessageCopyLinked(
                        scope.account(), scope.organization(), message, conversation, mailbox, source));
    }

    static void moved(
            Transaction tx,
            AccountScope scope,
            UUID message,
            UUID conversation,
            long revision,
            UUID from,
            UUID to,
            MailEvent.Source source) {
        tx.tell(
                EventIds.of("message.moved", scope.account(), message, revision),
                new MailEvent.MessageMoved(
                        scope.account(),
                        scope.organization(),
                        message,
                        conversation,
                        scope.mailbox(from),
                        scope.mailbox(to),
                        source));
    }

    static void updated(
            Transaction tx,
            AccountScope scope,
            UUID message,
            UUID conversation,
            long revision,
            CopyStates.View view,
            MailEvent.Source source) {
        tx.tell(
                EventIds.of("message.updated", scope.account(), message, revision),
                new MailEvent.MessageUpdated(
                        scope.account(),
                        scope.organization(),
                        message,
                        conversation,
                        view.unread(),
                        view.flagged(),
                        view.labels(),
                        source));
    }

    static void deleted(
            Transaction tx,
            AccountScope scope,
            UUID message,
            UUID conversation,
            long revision,
            UUID mailbox,
            boolean lastCopy,
            MailEvent.Source source) {
        tx.tell(
                EventIds.of("message.deleted", scope.account(), message, revision),
                new MailEvent.MessageDeleted(
                        scope.account(),
                        scope.organization(),
                        message,
                        conversation,
                        scope.mailbox(mailbox),
                        lastCopy,
                        source));
    }
}
