package dev.mailroom.send.outgoing;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.MailEvent;
import dev.mailroom.contracts.MailboxRole;
import dev.mailroom.contracts.MalformedEventException;
import dev.mailroom.contracts.Origin;
import dev.mailroom.outbox.EventConsumer;
import dev.mailroom.outbox.Inbox;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.send.account.Accounts;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What became of Sent copies, mail that turns up, and replies that make a scheduled follow-up needless. */
@ApplicationScoped
class MailEventConsumer {
    private static final String CONSUMER = "send.mail-events";

    /** Follow-ups of one conversation that one reply cancels. */
    private static final int FOLLOWUPS_MAX = 100;

    private static final Set<String> COPY_RESULTS = Set.of("appended", "found_on_server");
    private static final String COPY_FAILED = "failed";

    /** Where mail lies that is nobody's answer: our own, and what its owner or the server does not want. */
    private static final Set<MailboxRole> NEVER_A_REPLY =
            EnumSet.of(MailboxRole.SENT, MailboxRole.DRAFTS, MailboxRole.JUNK, MailboxRole.TRASH);

    private final EventConsumer events;
    private final Transactions transactions;
    private final Inbox inbox;
    private final OutgoingRepository repository;
    private final Outgoings outgoings;
    private final Accounts accounts;
    private final SeenMail seenMail;
    private final KeptBytes bytes;
    private final Clock clock;

    MailEventConsumer(
            EventConsumer events,
            Transactions transactions,
            Inbox inbox,
            OutgoingRepository repository,
            Outgoings outgoings,
            Accounts accounts,
            SeenMail seenMail,
            KeptBytes bytes,
            Clock clock) {
        this.events = events;
        this.transactions = transactions;
        this.inbox = inbox;
        this.repository = repository;
        this.outgoings = outgoings;
        this.accounts = accounts;
        this.seenMail = seenMail;
        this.bytes = bytes;
        this.clock = clock;
    }

    @Incoming("mail-events")
    Uni<Void> on(ConsumerRecord<String, byte[]> record) {
        return events.consume(record, MailEvent.class, this::take);
    }

    /** Cancelling twice is cancelling once, and so is believing twice, so mail that comes in costs three looks and no inbox row. */
    private Uni<Void> take(CloudEvent<MailEvent> event) {
        return switch (event.data()) {
            case MailEvent.CommandSucceeded done
            when isOurs(done.origin(), done.command()) ->
                once(event, session -> copy(session, done.organization(), done.origin(), result(done.result())));
            case MailEvent.CommandFailed failed
            when isOurs(failed.origin(), failed.command()) ->
                once(event, session -> copy(session, failed.organization(), failed.origin(), COPY_FAILED));
            case MailEvent.MessageReceived received ->
                transactions.inReactiveTransaction(
                        session -> requireSame(session, received.account(), received.organization())
                                .chain(() -> seenMail.seen(session, received))
                                .chain(() -> replied(session, received)));
            default -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> once(CloudEvent<MailEvent> event, Effect effect) {
        return transactions.inReactiveTransaction(
                session -> inbox.once(session, CONSUMER, event.id(), () -> effect.in(session)));
    }

    private interface Effect {
        Uni<Void> in(Mutiny.Session session);
    }

    private static boolean isOurs(Origin origin, UUID command) {
        return origin.kind() == Origin.Kind.SEND
                && origin.id() != null
                && SendEvents.appendCommand(origin.id()).equals(command);
    }

    private static String result(String said) {
        return COPY_RESULTS.contains(said) ? said : "appended";
    }

    private Uni<Void> copy(Mutiny.Session session, UUID organization, Origin origin, String result) {
        @Nullable UUID outgoing = origin.id();
        return outgoing == null
                ? Uni.createFrom().voidItem()
                : repository.lock(session, outgoing).chain(row -> {
                    if (row == null) {
                        return Uni.createFrom().voidItem();
                    }
                    requireSame(row.organizationId, organization);
                    row.sentCopy = result;
                    row.updatedAt = clock.instant();
                    return result.equals(COPY_FAILED) ? Uni.createFrom().voidItem() : bytes.copied(session, outgoing);
                });
    }

    private Uni<Void> replied(Mutiny.Session session, MailEvent.MessageReceived received) {
        if (received.source() != MailEvent.Source.LIVE
                || NEVER_A_REPLY.contains(received.mailbox().role())) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(
                        "select * from outgoing where conversation_id = :conversation and organization_id = :organization"
                                + " and auto_followup and state = 'scheduled' limit " + FOLLOWUPS_MAX
                                + " for update",
                        OutgoingRow.class)
                .setParameter("conversation", received.message().conversation())
                .setParameter("organization", received.organization())
                .getResultList()
                .chain(rows -> cancelAll(session, rows, received.message().from()));
    }

    private Uni<Void> requireSame(Mutiny.Session session, UUID account, UUID said) {
        return accounts.known(session, account)
                .invoke(found -> found.ifPresent(known -> requireSame(known.organization(), said)))
                .replaceWithVoid();
    }

    /** What belongs to one organization stays there: an event that says otherwise breaks the contract, and changes nothing. */
    private static void requireSame(UUID stored, UUID said) {
        if (!stored.equals(said)) {
            throw new MalformedEventException("what the event is about is another organization's");
        }
    }

    private Uni<Void> cancelAll(Mutiny.Session session, List<OutgoingRow> rows, @Nullable Address from) {
        Uni<Void> cancelled = Uni.createFrom().voidItem();
        for (OutgoingRow row : rows) {
            cancelled = cancelled.chain(() -> cancelUnlessOwn(session, row, from));
        }
        return cancelled;
    }

    /** A copy of what the account sent itself, in whichever mailbox or account it arrived, is no reply to it. */
    private Uni<Void> cancelUnlessOwn(Mutiny.Session session, OutgoingRow row, @Nullable Address from) {
        return accounts.find(session, row.accountId)
                .chain(account -> account != null && from != null && account.owns(from.address())
                        ? Uni.createFrom().voidItem()
                        : outgoings.cancel(session, row));
    }
}
