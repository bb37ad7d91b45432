package dev.mailroom.send.outgoing;

import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Ends the doubt about a message of which nobody knows whether it was sent, when it turns up: in the Sent folder of its account, where only
 * the server can have filed it, or in an inbox of its organization.
 *
 * <p>That proves that the server took it, and for one recipient that is all there is to know. Who else of several recipients was refused is
 * not known, so those messages wait for a person. That a message does not turn up proves nothing.
 */
@ApplicationScoped
class SeenMail {
    private static final String DOUBTFUL = "select * from outgoing where organization_id = :organization"
            + " and email_message_id = :message and state = 'unknown' and accepted_at is null limit 1 for update";

    private final OutgoingRepository repository;
    private final Outgoings outgoings;
    private final KeptBytes bytes;

    SeenMail(OutgoingRepository repository, Outgoings outgoings, KeptBytes bytes) {
        this.repository = repository;
        this.outgoings = outgoings;
        this.bytes = bytes;
    }

    /** How it is known that a message was accepted. */
    enum Evidence {
        SENT_FOLDER,
        INBOX;

        String wireName() {
            return this == SENT_FOLDER ? "sent_folder" : "inbox";
        }
    }

    /** Takes a message that arrived in a mailbox. */
    Uni<Void> seen(Mutiny.Session session, MailEvent.MessageReceived received) {
        String message = received.message().emailMessageId();
        MailboxRole role = received.mailbox().role();
        if (message == null || (role != MailboxRole.SENT && role != MailboxRole.INBOX)) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(DOUBTFUL, OutgoingRow.class)
                .setParameter("organization", received.organization())
                .setParameter("message", message)
                .getResultList()
                .chain(rows -> rows.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : decide(session, rows.getFirst(), received.account(), role));
    }

    private Uni<Void> decide(Mutiny.Session session, OutgoingRow row, UUID account, MailboxRole role) {
        if (role == MailboxRole.SENT && !row.accountId.equals(account)) {
            return Uni.createFrom().voidItem();
        }
        Evidence evidence = role == MailboxRole.SENT ? Evidence.SENT_FOLDER : Evidence.INBOX;
        return repository.recipients(session, List.of(row.id)).chain(recipients -> {
            long addresses = recipients.stream()
                    .map(recipient -> recipient.address)
                    .distinct()
                    .count();
            if (addresses != 1) {
                return Uni.createFrom().voidItem();
            }
            return outgoings
                    .turnedUp(session, row, recipients, evidence)
                    .chain(() -> evidence == Evidence.SENT_FOLDER
                            ? bytes.copied(session, row.id)
                            : Uni.createFrom().voidItem());
        });
    }
}
