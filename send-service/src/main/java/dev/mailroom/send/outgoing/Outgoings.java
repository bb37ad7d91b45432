package dev.mailroom.send.outgoing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.NoArgGenerator;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.http.FieldError;
import dev.mailroom.http.IdempotencyKey;
import dev.mailroom.http.Page;
import dev.mailroom.http.ProblemException;
import dev.mailroom.http.Problems;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.outbox.Transactions;
import dev.mailroom.send.account.AccountRow;
import dev.mailroom.send.account.Accounts;
import dev.mailroom.send.account.Viewer;
import dev.mailroom.send.compose.DraftCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What people do with outgoing mail. Every method blocks; for virtual threads. */
@ApplicationScoped
class Outgoings {
    /** Seconds in which a message can be taken back. */
    static final int UNDO_MAX_SECONDS = 300;

    /** How far ahead a message can be scheduled. */
    static final Duration SEND_AT_MAX = Duration.ofDays(366);

    private static final int GONE = 410;

    private final Transactions transactions;
    private final OutgoingRepository repository;
    private final Accounts accounts;
    private final Submissions submissions;
    private final ReceivedAt receivedAt;
    private final Outbox outbox;
    private final SendEvents events;
    private final DueBell bell;
    private final NoArgGenerator ids;
    private final ObjectMapper json;
    private final Clock clock;

    Outgoings(
            Transactions transactions,
            OutgoingRepository repository,
            Accounts accounts,
            Submissions submissions,
            ReceivedAt receivedAt,
            Outbox outbox,
            SendEvents events,
            DueBell bell,
            NoArgGenerator ids,
            ObjectMapper json,
            Clock clock) {
        this.transactions = transactions;
        this.repository = repository;
        this.accounts = accounts;
        this.submissions = submissions;
        this.receivedAt = receivedAt;
        this.outbox = outbox;
        this.events = events;
        this.bell = bell;
        this.ids = ids;
        this.json = json;
        this.clock = clock;
    }

    /** What a person decides about a message of which nobody knows whether it was sent. */
    public enum Decision {
        RESEND,
        TREAT_AS_SENT
    }

    /** An answer as JSON; a repeated request gets the same characters. */
    record Answer(UUID id, String json) {}

    /**
     * Takes a message. The same key with the same request of the same person is answered as the first time, while the person may use
     * the account.
     *
     * @throws dev.mailroom.http.ProblemException 404, 400, 403, 503, or 409 {@code idempotency-key-reused}
     */
    Answer submit(Viewer viewer, OutgoingRequest request, @Nullable String key) {
        UUID account = request.account();
        if (account == null) {
            throw Problems.invalid("/account", "must be the id of an account");
        }
        AccountRow sender = transactions.inTransaction(session -> accounts.get(session, viewer, account));
        byte[] digest = key == null ? null : digest(request);
        Answer earlier = key == null ? null : earlier(viewer, key, digest);
        if (earlier != null) {
            return earlier;
        }
        Submission submission = new Submission(
                ids.generate(),
                Submissions.draft(request, sender, viewer, received(request, sender)),
                notBefore(request),
                request.conversation(),
                Boolean.TRUE.equals(request.autoFollowup()),
                viewer.user(),
                key,
                digest);
        Submissions.Prepared prepared = submissions.prepare(sender, submission);
        Answer answer =
                new Answer(submission.id(), write(OutgoingView.of(prepared.row(), prepared.recipients(), List.of())));
        prepared.row().answer = key == null ? null : answer.json();
        try {
            // The account again: it may have gone meanwhile.
            transactions.inTransaction(session ->
                    accounts.get(session, viewer, account).chain(() -> submissions.store(session, prepared)));
        } catch (ConstraintViolationException violated) {
            Answer faster = key == null ? null : earlier(viewer, key, digest);
            if (faster == null) {
                throw violated;
            }
            return faster;
        }
        bell.ring();
        return answer;
    }

    /** The address that got the message that is answered, where that decides who the sender is. */
    private @Nullable String received(OutgoingRequest request, AccountRow account) {
        String answered = request.inReplyTo();
        if (request.from() != null || answered == null || !SendAs.hasChoice(account)) {
            return null;
        }
        // What is no message id is refused with everything else that is wrong.
        return DraftCheck.isMessageId(answered) ? receivedAt.address(account, answered) : null;
    }

    private @Nullable Answer earlier(Viewer viewer, String key, byte @Nullable [] digest) {
        OutgoingRow row = transactions.inTransaction(session -> repository.byKey(session, viewer, key));
        if (row == null) {
            return null;
        }
        if (!Arrays.equals(row.requestDigest, digest)) {
            throw IdempotencyKey.reused();
        }
        return new Answer(row.id, Objects.requireNonNull(row.answer));
    }

    OutgoingView get(Viewer viewer, UUID id) {
        return transactions.inTransaction(
                session -> repository.get(session, viewer, id).chain(row -> view(session, row)));
    }

    Page<OutgoingView> list(
            Viewer viewer, @Nullable OutgoingState state, @Nullable UUID account, @Nullable UUID before, int limit) {
        return transactions.inTransaction(session -> repository
                .list(session, viewer, state, account, before, limit + 1)
                .chain(rows -> {
                    List<UUID> shown = rows.stream().map(row -> row.id).toList();
                    return repository
                            .recipients(session, shown)
                            .map(recipients -> Page.of(rows, limit, row -> row.id.toString())
                                    .map(row -> OutgoingView.of(row, recipients, null)));
                }));
    }

    /** The bytes as they are sent. @param viewer null for another service, which may read every organization's */
    byte[] raw(@Nullable Viewer viewer, UUID id) {
        return transactions.inTransaction(session -> (viewer == null
                        ? session.find(OutgoingRow.class, id)
                        : repository.get(session, viewer, id))
                .chain(row -> {
                    if (row == null) {
                        throw Problems.notFound("The outgoing message");
                    }
                    return session.find(MimeRow.class, id).map(Outgoings::bytes);
                }));
    }

    private static byte[] bytes(@Nullable MimeRow row) {
        if (row == null) {
            throw new ProblemException(
                    GONE,
                    "raw-removed",
                    "Gone",
                    "The bytes were removed here; the Sent folder of the account has them");
        }
        return row.bytes();
    }

    /** Takes a message back unless an attempt runs or the server has it. */
    OutgoingView cancel(Viewer viewer, UUID id) {
        return transactions.inTransaction(session -> repository
                .lock(session, viewer, id)
                .chain(row -> {
                    if (row.in(OutgoingState.CANCELLED)) {
                        return view(session, row);
                    }
                    boolean waiting = row.in(OutgoingState.SCHEDULED)
                            || row.in(OutgoingState.QUEUED)
                            || row.in(OutgoingState.DEFERRED);
                    if (!waiting) {
                        throw Problems.conflict(
                                "cannot-be-cancelled", "A message in state \"" + row.state + "\" cannot be taken back");
                    }
                    return cancel(session, row).chain(() -> view(session, row));
                }));
    }

    Uni<Void> cancel(Mutiny.Session session, OutgoingRow row) {
        row.become(OutgoingState.CANCELLED, null, clock.instant());
        row.nextAttemptAt = null;
        return session.flush().chain(() -> outbox.append(session, List.<CloudEvent<?>>of(events.cancelled(row))));
    }

    /** Ends an unknown outcome: a person says whether it is to be sent again. */
    OutgoingView resolve(Viewer viewer, UUID id, Decision decision) {
        OutgoingView view = transactions.inTransaction(session -> repository
                .lock(session, viewer, id)
                .chain(row -> {
                    if (!row.in(OutgoingState.UNKNOWN)) {
                        throw Problems.conflict(
                                "not-unknown", "Only a message in state \"unknown\" waits for a decision");
                    }
                    return repository
                            .recipients(session, List.of(row.id))
                            .chain(recipients -> resolve(session, row, recipients, decision))
                            .chain(() -> view(session, row));
                }));
        bell.ring();
        return view;
    }

    private Uni<Void> resolve(
            Mutiny.Session session, OutgoingRow row, List<RecipientRow> recipients, Decision decision) {
        Instant now = clock.instant();
        if (decision == Decision.RESEND) {
            row.become(OutgoingState.QUEUED, null, now);
            row.nextAttemptAt = now;
            row.retries = 0;
            row.retrySince = null;
            return session.flush();
        }
        boolean first = row.acceptedAt == null;
        row.become(OutgoingState.ACCEPTED, "treated_as_sent", now);
        row.nextAttemptAt = null;
        row.acceptedAt = first ? now : row.acceptedAt;
        row.sentCopy = first ? OutgoingRow.COPY_PENDING : row.sentCopy;
        recipients.stream().filter(RecipientRow::open).forEach(recipient -> recipient.state = RecipientRow.ACCEPTED);
        List<CloudEvent<?>> told = first
                ? List.of(events.accepted(row, recipients), events.appendSent(row))
                : List.of(events.accepted(row, recipients));
        return session.flush().chain(() -> outbox.append(session, told));
    }

    /** Ends an unknown outcome of a message that no server accepted before: it was found where only sent mail comes. */
    Uni<Void> turnedUp(
            Mutiny.Session session, OutgoingRow row, List<RecipientRow> recipients, SeenMail.Evidence evidence) {
        Instant now = clock.instant();
        boolean copied = evidence == SeenMail.Evidence.SENT_FOLDER;
        row.become(OutgoingState.ACCEPTED, "found_in_" + evidence.wireName(), now);
        row.nextAttemptAt = null;
        row.acceptedAt = now;
        row.sentCopy = copied ? OutgoingRow.COPY_FOUND : OutgoingRow.COPY_PENDING;
        recipients.stream().filter(RecipientRow::open).forEach(recipient -> recipient.state = RecipientRow.ACCEPTED);
        CloudEvent<?> accepted = events.accepted(row, recipients, evidence.wireName());
        List<CloudEvent<?>> told = copied ? List.of(accepted) : List.of(accepted, events.appendSent(row));
        return session.flush().chain(() -> outbox.append(session, told));
    }

    private Instant notBefore(OutgoingRequest request) {
        Instant now = clock.instant();
        Instant sendAt = request.sendAt();
        int undo = Objects.requireNonNullElse(request.undoWindowS(), 0);
        if (undo < 0 || undo > UNDO_MAX_SECONDS) {
            throw Problems.invalid("/undo_window_s", "must be 0.." + UNDO_MAX_SECONDS);
        }
        if (Boolean.TRUE.equals(request.autoFollowup()) && (sendAt == null || request.conversation() == null)) {
            throw Problems.invalid(List.of(new FieldError(
                    "/auto_followup", "needs send_at and conversation: it waits for a reply until then")));
        }
        if (sendAt == null) {
            return now.plusSeconds(undo);
        }
        if (sendAt.isAfter(now.plus(SEND_AT_MAX))) {
            throw Problems.invalid("/send_at", "must not be more than " + SEND_AT_MAX.toDays() + " days ahead");
        }
        // What lies in the past is due now.
        return sendAt.isBefore(now) ? now : sendAt.truncatedTo(ChronoUnit.MICROS);
    }

    private Uni<OutgoingView> view(Mutiny.Session session, OutgoingRow row) {
        return repository
                .recipients(session, List.of(row.id))
                .chain(recipients -> repository
                        .attempts(session, row.id)
                        .map(attempts -> OutgoingView.of(row, recipients, attempts)));
    }

    private byte[] digest(OutgoingRequest request) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(json.writeValueAsBytes(request));
        } catch (NoSuchAlgorithmException | JsonProcessingException impossible) {
            throw new IllegalStateException("a request that was read cannot be written", impossible);
        }
    }

    private String write(OutgoingView view) {
        try {
            return json.writeValueAsString(view);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a view cannot be written", impossible);
        }
    }
}
