package dev.mailroom.send.delivery;

import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.mailclient.smtp.RecipientResult;
import dev.mailroom.mailclient.smtp.SmtpOutcome;
import dev.mailroom.mailclient.smtp.SmtpReply;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.send.account.Accounts;
import dev.mailroom.send.outgoing.AttemptRow;
import dev.mailroom.send.outgoing.OutgoingRepository;
import dev.mailroom.send.outgoing.OutgoingRow;
import dev.mailroom.send.outgoing.OutgoingState;
import dev.mailroom.send.outgoing.RecipientRow;
import dev.mailroom.send.outgoing.SendEvents;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Writes what an attempt led to: state, recipients, attempt and events, in one transaction. Blocks; for virtual threads. */
@ApplicationScoped
class Outcomes {
    static final String GAVE_UP = "gave_up";
    static final String SENDER_LOST = "sender_lost";

    private final Transactions transactions;
    private final OutgoingRepository repository;
    private final Accounts accounts;
    private final Outbox outbox;
    private final SendEvents events;
    private final Clock clock;
    private final RetrySchedule schedule;

    Outcomes(
            Transactions transactions,
            OutgoingRepository repository,
            Accounts accounts,
            Outbox outbox,
            SendEvents events,
            Clock clock,
            DeliveryConfig config) {
        this.transactions = transactions;
        this.repository = repository;
        this.accounts = accounts;
        this.outbox = outbox;
        this.events = events;
        this.clock = clock;
        this.schedule = RetrySchedule.of(config);
    }

    /**
     * Writes an outcome.
     *
     * <p>A message that another replica has meanwhile declared unknown is taken too: the answer of the server ends the doubt.
     *
     * @return the state that the message is in now
     * @throws ClaimLostException if the message has been claimed again or decided otherwise; nothing was written
     */
    OutgoingState write(Claim claim, SmtpOutcome outcome) {
        return transactions.inTransaction(session -> held(session, claim)
                .chain(row -> repository.recipients(session, List.of(row.id)).chain(recipients -> {
                    List<CloudEvent<?>> told = new ArrayList<>();
                    apply(row, recipients, outcome, told);
                    return finish(session, claim, outcome)
                            .chain(() -> account(session, claim, outcome))
                            .chain(session::flush)
                            .chain(() -> outbox.append(session, told))
                            .replaceWith(() -> OutgoingState.of(row.state).orElseThrow());
                })));
    }

    /** Gives a message back that was not even tried; it does not count. */
    void giveBack(Claim claim, String reason, Duration wait) {
        transactions.inTransaction(session -> held(session, claim).chain(row -> {
            Instant now = clock.instant();
            row.become(Claims.waitingState(row), reason, now);
            row.nextAttemptAt = now.plus(wait);
            return session.find(AttemptRow.class, AttemptRow.id(claim.outgoing(), claim.attempt()))
                    .invoke(attempt -> end(attempt, "deferred", reason, null, now))
                    .chain(session::flush)
                    .chain(() -> outbox.append(session, events.deferred(row, reason, now.plus(wait))));
        }));
    }

    private Uni<OutgoingRow> held(Mutiny.Session session, Claim claim) {
        return repository.lock(session, claim.outgoing()).map(row -> {
            boolean ours = row != null
                    && row.epoch == claim.epoch()
                    && (row.in(OutgoingState.SENDING) || row.in(OutgoingState.UNKNOWN));
            if (row == null || !ours) {
                throw new ClaimLostException();
            }
            return row;
        });
    }

    private void apply(OutgoingRow row, List<RecipientRow> recipients, SmtpOutcome outcome, List<CloudEvent<?>> told) {
        switch (outcome) {
            case SmtpOutcome.Accepted accepted -> {
                mark(recipients, accepted.recipients());
                accepted(row, recipients, told);
            }
            case SmtpOutcome.PartiallyAccepted partially -> {
                mark(recipients, partially.recipients());
                accepted(row, recipients, told);
            }
            case SmtpOutcome.Deferred deferred -> {
                mark(recipients, deferred.recipients());
                again(row, recipients, deferred.reason(), false, told);
            }
            case SmtpOutcome.Rejected rejected -> {
                mark(recipients, rejected.recipients());
                if (rejected.recipients().isEmpty()) {
                    recipients.stream()
                            .filter(RecipientRow::open)
                            .forEach(recipient -> recipient.state = RecipientRow.REJECTED);
                }
                rejected(row, recipients, rejected.reason(), told);
            }
            case SmtpOutcome.CredentialsRefused refused -> hold(row, refused.reason(), told);
            case SmtpOutcome.Unknown unknown -> {
                row.become(OutgoingState.UNKNOWN, unknown.reason(), clock.instant());
                row.nextAttemptAt = null;
                told.add(events.unknown(row, unknown.reason()));
            }
        }
    }

    private void accepted(OutgoingRow row, List<RecipientRow> recipients, List<CloudEvent<?>> told) {
        Instant now = clock.instant();
        boolean first = row.acceptedAt == null;
        boolean all = recipients.stream().allMatch(recipient -> recipient.state.equals(RecipientRow.ACCEPTED));
        row.become(all ? OutgoingState.ACCEPTED : OutgoingState.PARTIALLY_ACCEPTED, null, now);
        row.nextAttemptAt = null;
        if (first) {
            row.acceptedAt = now;
            row.sentCopy = OutgoingRow.COPY_PENDING;
        }
        if (recipients.stream().anyMatch(RecipientRow::open)) {
            // The others have it: from here on the time for these begins.
            row.retries = 1;
            row.retrySince = now;
            row.nextAttemptAt = schedule.next(now, 1, now).orElse(null);
            row.reason = "recipients_deferred";
        }
        told.add(all ? events.accepted(row, recipients) : events.partiallyAccepted(row, recipients));
        if (first) {
            told.add(events.appendSent(row));
        }
    }

    /**
     * What becomes of a message whose sender was lost before the dot. The first loss is the sender's, so it is tried again at once;
     * one whose every delivery breaks waits longer and longer and is given up.
     */
    void senderLost(OutgoingRow row, List<RecipientRow> recipients, List<CloudEvent<?>> told) {
        again(row, recipients, SENDER_LOST, row.retries == 0, told);
    }

    private void again(
            OutgoingRow row, List<RecipientRow> recipients, String reason, boolean atOnce, List<CloudEvent<?>> told) {
        Instant now = clock.instant();
        Instant since = row.retrySince == null ? now : row.retrySince;
        Optional<Instant> next = schedule.next(since, row.retries + 1, now);
        if (next.isEmpty()) {
            for (RecipientRow recipient : recipients) {
                recipient.state = recipient.open() ? RecipientRow.REJECTED : recipient.state;
            }
            rejected(row, recipients, GAVE_UP, told);
            return;
        }
        Instant at = atOnce ? now : next.get();
        row.become(Claims.waitingState(row), reason, now);
        row.retries++;
        row.retrySince = since;
        row.nextAttemptAt = at;
        told.add(events.deferred(row, reason, at));
    }

    private void rejected(OutgoingRow row, List<RecipientRow> recipients, String reason, List<CloudEvent<?>> told) {
        Instant now = clock.instant();
        row.nextAttemptAt = null;
        if (row.acceptedAt == null) {
            row.become(OutgoingState.REJECTED, reason, now);
            told.add(events.rejected(row, recipients, reason));
        } else {
            row.become(OutgoingState.PARTIALLY_ACCEPTED, reason, now);
            told.add(events.partiallyAccepted(row, recipients));
        }
    }

    /** The log-in failed: nothing is counted against the message, and its time begins anew with the next attempt. */
    private void hold(OutgoingRow row, String reason, List<CloudEvent<?>> told) {
        Instant now = clock.instant();
        Instant next = schedule.next(now, 1, now).orElse(now);
        row.become(Claims.waitingState(row), reason, now);
        row.retries = 0;
        row.retrySince = null;
        row.nextAttemptAt = next;
        told.add(events.deferred(row, reason, next));
    }

    private static void mark(List<RecipientRow> recipients, Map<String, RecipientResult> results) {
        for (RecipientRow recipient : recipients) {
            RecipientResult result = results.get(recipient.address);
            if (result != null && recipient.open()) {
                recipient.state = result.state().wireName();
                recipient.replyCode = result.reply().code();
                recipient.enhancedCode = result.reply().enhancedCode();
                recipient.replyText = result.reply().text();
            }
        }
    }

    private Uni<Void> finish(Mutiny.Session session, Claim claim, SmtpOutcome outcome) {
        Instant now = clock.instant();
        return session.find(AttemptRow.class, AttemptRow.id(claim.outgoing(), claim.attempt()))
                .invoke(attempt -> {
                    if (attempt != null) {
                        attempt.phase = outcome.phase().wireName();
                    }
                    switch (outcome) {
                        case SmtpOutcome.Accepted accepted -> end(attempt, "accepted", null, accepted.reply(), now);
                        case SmtpOutcome.PartiallyAccepted partially ->
                            end(attempt, "partially_accepted", null, partially.reply(), now);
                        case SmtpOutcome.Deferred deferred ->
                            end(attempt, "deferred", deferred.reason(), deferred.reply(), now);
                        case SmtpOutcome.Rejected rejected ->
                            end(attempt, "rejected", rejected.reason(), rejected.reply(), now);
                        case SmtpOutcome.CredentialsRefused refused ->
                            end(attempt, "credentials_refused", refused.reason(), refused.reply(), now);
                        case SmtpOutcome.Unknown unknown -> end(attempt, "unknown", unknown.reason(), null, now);
                    }
                })
                .replaceWithVoid();
    }

    private static void end(
            @Nullable AttemptRow attempt,
            String outcome,
            @Nullable String reason,
            @Nullable SmtpReply reply,
            Instant now) {
        if (attempt == null) {
            return;
        }
        attempt.finishedAt = now;
        attempt.outcome = outcome;
        attempt.reason = reason;
        attempt.replyCode = reply == null ? null : reply.code();
        attempt.enhancedCode = reply == null ? null : reply.enhancedCode();
        attempt.replyText = reply == null ? null : reply.text();
    }

    private Uni<Void> account(Mutiny.Session session, Claim claim, SmtpOutcome outcome) {
        if (outcome instanceof SmtpOutcome.CredentialsRefused) {
            return accounts.refused(
                    session, claim.account().id(), claim.account().credentialVersion());
        }
        return switch (outcome.phase()) {
            case CONNECT, TLS, GREETING, AUTH -> Uni.createFrom().voidItem();
            case ENVELOPE, DATA, DOT, ACCEPTED ->
                accounts.welcomed(session, claim.account().id());
        };
    }
}
