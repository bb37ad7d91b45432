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
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Takes the mail that rules ask for; the id of the message follows from the request, so that it is taken once. */
@ApplicationScoped
class SendRequestConsumer {
    /** How long the requests of an account, all together, wait for the account, which comes on another topic. */
    static final Duration ACCOUNT_WAIT_MAX = Duration.ofSeconds(20);

    private static final String CONSUMER = "send.requests";
    private static final Logger LOG = Logger.getLogger(SendRequestConsumer.class);

    private final EventConsumer events;
    private final Transactions transactions;
    private final Inbox inbox;
    private final Accounts accounts;
    private final Submissions submissions;
    private final DueBell bell;
    private final MeterRegistry metrics;
    private final Clock clock;
    private final AccountWaits waits = new AccountWaits(ACCOUNT_WAIT_MAX);

    SendRequestConsumer(
            EventConsumer events,
            Transactions transactions,
            Inbox inbox,
            Accounts accounts,
            Submissions submissions,
            DueBell bell,
            MeterRegistry metrics,
            Clock clock) {
        this.events = events;
        this.transactions = transactions;
        this.inbox = inbox;
        this.accounts = accounts;
        this.submissions = submissions;
        this.bell = bell;
        this.metrics = metrics;
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
                        : accounts.known(session, request.account())
                                .chain(account -> account.isEmpty()
                                        ? Uni.createFrom().failure(withoutAccount(request.account()))
                                        : take(session, account.get(), id, request)));
    }

    /** What is asked for a removed account ends here, for another organization's with the dead letters: waiting would not change it. */
    private Uni<Void> take(Mutiny.Session session, AccountRow account, UUID id, SendRequest.Requested request) {
        waits.known(account.id());
        boolean foreign = !account.organization().equals(request.organization());
        if (foreign || account.removed()) {
            String why = foreign ? "foreign" : "removed";
            metrics.counter("mailroom.send.requests.refused", "reason", why).increment();
            LOG.warnf("account=%s request=%s not sent: the account is %s", account.id(), request.request(), why);
            return foreign
                    ? Uni.createFrom().failure(new MalformedEventException("the account is another organization's"))
                    : Uni.createFrom().voidItem();
        }
        return store(session, account, id, request);
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

    private RuntimeException withoutAccount(UUID account) {
        return waits.isOver(account, clock.instant())
                ? new MalformedEventException("the account of the request does not exist")
                : new RetryLaterException("the account of the request is not known yet");
    }
}
