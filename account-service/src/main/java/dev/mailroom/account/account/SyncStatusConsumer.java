package dev.mailroom.account.account;

import dev.mailroom.account.account.AccountRepository.ReportedState;
import dev.mailroom.account.notice.Notices;
import dev.mailroom.account.notice.Report;
import dev.mailroom.account.organization.TenantTransactions;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.SyncStatus;
import dev.mailroom.outbox.EventConsumer;
import dev.mailroom.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** Takes over the state that sync-service reports for an account. An account of another organization is not found and stays as it is. */
@ApplicationScoped
class SyncStatusConsumer {
    private static final String CONSUMER = "account";

    private final EventConsumer events;
    private final TenantTransactions transactions;
    private final Inbox inbox;
    private final AccountRepository repository;
    private final Notices notices;

    SyncStatusConsumer(
            EventConsumer events,
            TenantTransactions transactions,
            Inbox inbox,
            AccountRepository repository,
            Notices notices) {
        this.events = events;
        this.transactions = transactions;
        this.inbox = inbox;
        this.repository = repository;
        this.notices = notices;
    }

    @Incoming("sync-status")
    Uni<Void> on(ConsumerRecord<String, byte[]> record) {
        return events.consume(record, SyncStatus.class, this::apply);
    }

    private Uni<Void> apply(CloudEvent<SyncStatus> event) {
        return switch (event.data()) {
            case SyncStatus.StateChanged changed -> report(event, changed);
            // Progress is shown by sync-service itself.
            case SyncStatus.ImportProgress _ -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> report(CloudEvent<SyncStatus> event, SyncStatus.StateChanged changed) {
        ReportedState reported = new ReportedState(
                changed.state().name().toLowerCase(Locale.ROOT), changed.category(), changed.detail(), changed.since());
        return transactions.inOrganizationReactive(
                changed.organization(),
                session -> inbox.once(session, CONSUMER, event.id(), () -> take(session, changed, reported)));
    }

    /** The state and what its owner is to hear of it are one fact. */
    private Uni<Void> take(Mutiny.Session session, SyncStatus.StateChanged changed, ReportedState reported) {
        return repository
                .report(session, changed.organization(), changed.account(), reported)
                .chain(known -> known
                        ? notices.reported(
                                session,
                                new Report(
                                        changed.organization(),
                                        changed.account(),
                                        reported.state(),
                                        reported.category(),
                                        reported.since()))
                        : Uni.createFrom().voidItem());
    }
}
