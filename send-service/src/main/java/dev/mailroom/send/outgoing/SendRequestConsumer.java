package dev.mailroom.send.outgoing;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.EventIds;
import dev.mailroom.contracts.MalformedEventException;
import dev.mailroom.contracts.SendRequest;
import dev.mailroom.http.FieldError;
import dev.mailroom.outbox.EventConsumer;
import dev.mailroom.outbox.Inbox;
import dev.mailroom.outbox.RetryLaterException;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.send.account.AccountRow;
import dev.mailroom.send.account.Accounts;
import dev.mailroom.send.compose.Draft;
import dev.mailroom.send.compose.DraftCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** Takes the mail that rules ask for; the id of the message follows from the request, so that it is taken once. */
@ApplicationScoped
class SendRequestConsumer {
    /** How long a request waits for its account, which comes on another topic. */
    static final Duration ACCOUNT_WAIT_MAX = Duration.ofMinutes(10);

    private static final String CONSUMER = "send.requests";

    private final EventConsumer events;
    private final Transactions transactions;
    private final Inbox inbox;
    private final Accounts accounts;
    private final Submissions submissions;
    private final DueBell bell;
    private final Clock clock;

    SendRequestConsumer(
            EventConsumer events,
            Transactions transactions,
            Inbox inbox,
            Accounts accounts,
            Submissions submissions,
            DueBell bell,
            Clock clock) {
        this.events = events;
        this.transactions = transactions;
        this.inbox = inbox;
        this.accounts = accounts;
        this.submissions = submissions;
        this.bell = bell;
        this.clock = clock;
    }

    @Incoming("send-requests")
    Uni<Void> on(ConsumerRecord<String, byte[]> record) {
        return events.consume(
                        record,
                        SendRequest.class,
                        event -> transactions.inReactiveTransaction(
                                session -> inbox.once(session, CONSUMER, event.id(), () -> take(session, event))))
                .invoke(bell::ring);
    }

    private Uni<Void> take(Mutiny.Session session, CloudEvent<SendRequest> event) {
        SendRequest.Requested request = (SendRequest.Requested) event.data();
        UUID id = EventIds.of("outgoing", request.request());
        return session.find(OutgoingRow.class, id)
                .chain(earlier -> earlier != null
                        ? Uni.createFrom().voidItem()
                        : accounts.find(session, request.account())
                                .chain(account -> account == null
                                                || !account.organization().equals(request.organization())
                                        ? Uni.createFrom().failure(withoutAccount(event))
                                        : store(session, account, id, request)));
    }

    private Uni<Void> store(Mutiny.Session session, AccountRow account, UUID id, SendRequest.Requested request) {
        Draft draft = Submissions.draft(request, account);
        List<FieldError> errors = DraftCheck.of(draft);
        if (!errors.isEmpty()) {
            return Uni.createFrom()
                    .failure(new MalformedEventException(
                            "the request cannot be sent: " + errors.getFirst().pointer() + " "
                                    + errors.getFirst().message()));
        }
        Submission submission =
                new Submission(id, draft, clock.instant(), request.conversation(), false, null, null, null);
        return submissions.store(session, submissions.prepare(account, submission));
    }

    private RuntimeException withoutAccount(CloudEvent<SendRequest> event) {
        return event.time().isAfter(clock.instant().minus(ACCOUNT_WAIT_MAX))
                ? new RetryLaterException("the account of the request is not known yet")
                : new MalformedEventException("the account of the request does not exist");
    }
}
