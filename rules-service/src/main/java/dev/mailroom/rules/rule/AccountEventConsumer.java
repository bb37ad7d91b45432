package dev.mailroom.rules.rule;

import dev.mailroom.contracts.AccountEvent;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.RuleEvent;
import dev.mailroom.outbox.EventConsumer;
import dev.mailroom.outbox.Inbox;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.rules.account.Accounts;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** Learns of accounts, and says which rules a removed one breaks. */
@ApplicationScoped
class AccountEventConsumer {
    private static final String CONSUMER = "rules-accounts";

    private final EventConsumer events;
    private final Transactions transactions;
    private final Inbox inbox;
    private final Outbox outbox;
    private final Accounts accounts;
    private final RuleRepository repository;

    AccountEventConsumer(
            EventConsumer events,
            Transactions transactions,
            Inbox inbox,
            Outbox outbox,
            Accounts accounts,
            RuleRepository repository) {
        this.events = events;
        this.transactions = transactions;
        this.inbox = inbox;
        this.outbox = outbox;
        this.accounts = accounts;
        this.repository = repository;
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
        return accounts.apply(session, event.data()).chain(change -> switch (change) {
            case NONE -> Uni.createFrom().voidItem();
            case CHANGED -> repository.touch(session, event.data().organization());
            case REMOVED ->
                repository.touch(session, event.data().organization()).chain(() -> tellBroken(session, event));
        });
    }

    private Uni<Void> tellBroken(Mutiny.Session session, CloudEvent<AccountEvent> event) {
        AccountEvent removed = event.data();
        return repository
                .naming(session, removed.organization(), removed.account())
                .chain(rows -> {
                    List<CloudEvent<RuleEvent.Broken>> broken = rows.stream()
                            .map(RuleRow::toRule)
                            .filter(rule -> rule.accounts().contains(removed.account()))
                            .map(rule -> broken(rule, event))
                            .toList();
                    return broken.isEmpty() ? Uni.createFrom().voidItem() : outbox.append(session, broken);
                });
    }

    private static CloudEvent<RuleEvent.Broken> broken(Rule rule, CloudEvent<AccountEvent> event) {
        AccountEvent removed = event.data();
        return new CloudEvent<>(
                EventIds.of("rule.broken", rule.id(), event.id()),
                "/rules-service",
                event.time(),
                new RuleEvent.Broken(
                        rule.id(),
                        rule.organization(),
                        removed.account(),
                        rule.description(),
                        "account " + removed.account() + " was removed"));
    }
}
