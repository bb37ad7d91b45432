package dev.mailroom.send.account;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.AccountState;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.MalformedEventException;
import dev.mailroom.outbox.EventConsumer;
import dev.mailroom.outbox.Inbox;
import dev.mailroom.outbox.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.LockMode;
import org.hibernate.reactive.mutiny.Mutiny;

/** Keeps the copy of the accounts. */
@ApplicationScoped
class AccountConsumer {
    private static final String CONSUMER = "send.accounts";

    private final EventConsumer events;
    private final Transactions transactions;
    private final Inbox inbox;
    private final AccountRemoval removal;

    AccountConsumer(EventConsumer events, Transactions transactions, Inbox inbox, AccountRemoval removal) {
        this.events = events;
        this.transactions = transactions;
        this.inbox = inbox;
        this.removal = removal;
    }

    @Incoming("account-events")
    Uni<Void> on(ConsumerRecord<String, byte[]> record) {
        return events.consume(
                record,
                AccountEvent.class,
                event -> transactions.inReactiveTransaction(
                        session -> inbox.once(session, CONSUMER, event.id(), () -> apply(session, event))));
    }

    private Uni<Void> apply(Mutiny.Session session, CloudEvent<AccountEvent> event) {
        return switch (event.data()) {
            case AccountEvent.WithState changed -> replace(session, changed.state());
            case AccountEvent.Removed removed -> remove(session, removed);
        };
    }

    private static Uni<Void> replace(Mutiny.Session session, AccountState state) {
        return session.find(AccountRow.class, state.account(), LockMode.PESSIMISTIC_WRITE)
                .chain(row -> {
                    if (row == null) {
                        return session.persist(AccountRow.of(state));
                    }
                    requireSame(row, state.organization());
                    if (row.revision < state.revision()) {
                        row.apply(state);
                    }
                    return Uni.createFrom().voidItem();
                });
    }

    private Uni<Void> remove(Mutiny.Session session, AccountEvent.Removed removed) {
        return session.find(AccountRow.class, removed.account(), LockMode.PESSIMISTIC_WRITE)
                .chain(row -> {
                    if (row == null) {
                        return Uni.createFrom().voidItem();
                    }
                    requireSame(row, removed.organization());
                    row.remove(removed.revision());
                    return session.flush().chain(() -> removal.accountRemoved(session, removed.account()));
                });
    }

    /** An account stays in its organization: what says otherwise breaks the contract, and changes nothing. */
    private static void requireSame(AccountRow row, UUID organization) {
        if (!row.organizationId.equals(organization)) {
            throw new MalformedEventException("the account is another organization's");
        }
    }
}
