package dev.mailroom.send.outgoing;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.CloudEvent;
import dev.mailroom.contracts.SendRequest;
import dev.mailroom.http.FieldError;
import dev.mailroom.http.Problems;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.send.account.AccountRow;
import dev.mailroom.send.account.Viewer;
import dev.mailroom.send.compose.ComposedMail;
import dev.mailroom.send.compose.Composer;
import dev.mailroom.send.compose.Draft;
import dev.mailroom.send.compose.DraftCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Writes a new outgoing message with its bytes, its recipients and {@code send.queued}, in the caller's transaction. */
@ApplicationScoped
class Submissions {
    private final Composer composer;
    private final Outbox outbox;
    private final SendEvents events;
    private final Clock clock;

    Submissions(Composer composer, Outbox outbox, SendEvents events, Clock clock) {
        this.composer = composer;
        this.outbox = outbox;
        this.events = events;
        this.clock = clock;
    }

    /** A composed message that is not stored yet. */
    record Prepared(OutgoingRow row, List<RecipientRow> recipients, byte[] mime) {}

    /**
     * The draft of a request.
     *
     * @param received the address of the account that got the message that is answered, null for none or not known
     * @throws dev.mailroom.http.ProblemException 400 with everything that is wrong, 403 {@code may-not-send-as}
     */
    static Draft draft(OutgoingRequest request, AccountRow account, Viewer viewer, @Nullable String received) {
        List<FieldError> errors = new ArrayList<>();
        List<Draft.Attachment> attachments = attachments(request, errors);
        AddressForm form = request.from();
        Optional<Address> from = form == null
                ? Optional.of(SendAs.chosen(account, viewer, received))
                : SendAs.named(account, viewer, form.toAddress());
        Draft draft = new Draft(
                from.orElseGet(() -> Objects.requireNonNull(form).toAddress()),
                account.email(),
                OutgoingRequest.addresses(request.to()),
                OutgoingRequest.addresses(request.cc()),
                OutgoingRequest.addresses(request.bcc()),
                Objects.requireNonNullElse(request.subject(), ""),
                request.text(),
                request.html(),
                attachments,
                request.inReplyTo(),
                references(request, errors),
                false);
        errors.addAll(DraftCheck.of(draft));
        if (from.isEmpty()) {
            errors.add(new FieldError("/from/address", "is not an address of the account"));
        }
        if (!errors.isEmpty()) {
            throw Problems.invalid(errors);
        }
        return draft;
    }

    /** The draft of a rule's request, from the address of the account that got the message that is answered. */
    static Draft draft(SendRequest.Requested request, AccountRow account) {
        return new Draft(
                SendAs.answering(account, request.addressedTo()),
                account.email(),
                request.to(),
                request.cc(),
                request.bcc(),
                request.subjectLine(),
                request.text(),
                request.html(),
                List.of(),
                request.inReplyTo(),
                request.references(),
                request.autoSubmitted());
    }

    /** Composes; work for a processor, so not for an event loop where the message can be large. */
    Prepared prepare(AccountRow account, Submission submission) {
        Instant now = clock.instant();
        Draft draft = submission.draft();
        ComposedMail mail = composer.compose(draft, submission.id(), submission.notBefore());
        OutgoingRow row = new OutgoingRow();
        row.id = submission.id();
        row.organizationId = account.organization();
        row.accountId = account.id();
        row.createdBy = submission.createdBy();
        row.idempotencyKey = submission.idempotencyKey();
        row.requestDigest = submission.requestDigest();
        row.emailMessageId = mail.messageId();
        row.conversationId = submission.conversation();
        row.fromName = draft.from().name();
        row.fromAddress = normalized(draft.from().address());
        row.envelopeFrom = normalized(draft.sender());
        row.subject = draft.subject();
        row.sizeBytes = mail.mime().length;
        row.autoFollowup = submission.autoFollowup();
        row.autoSubmitted = draft.autoSubmitted();
        boolean later = submission.notBefore().isAfter(now);
        row.become(later ? OutgoingState.SCHEDULED : OutgoingState.QUEUED, null, now);
        row.notBefore = submission.notBefore();
        row.nextAttemptAt = submission.notBefore();
        row.createdAt = now;
        return new Prepared(row, recipients(submission.id(), draft), mail.mime());
    }

    /** Stores a prepared message. */
    Uni<Void> store(Mutiny.Session session, Prepared prepared) {
        OutgoingRow row = prepared.row();
        return session.persist(row)
                // The row first: recipients and bytes refer to it.
                .chain(session::flush)
                .chain(() -> session.persist(MimeRow.of(row.id, prepared.mime())))
                .chain(() -> session.persistAll(prepared.recipients().toArray()))
                .chain(session::flush)
                .chain(() -> outbox.append(session, List.<CloudEvent<?>>of(events.queued(row))));
    }

    private static List<RecipientRow> recipients(UUID outgoing, Draft draft) {
        List<RecipientRow> rows = new ArrayList<>();
        add(rows, outgoing, "to", draft.to());
        add(rows, outgoing, "cc", draft.cc());
        add(rows, outgoing, "bcc", draft.bcc());
        return rows;
    }

    private static void add(List<RecipientRow> rows, UUID outgoing, String kind, List<Address> addresses) {
        for (Address address : addresses) {
            rows.add(RecipientRow.of(outgoing, rows.size(), kind, address, normalized(address.address())));
        }
    }

    private static List<Draft.Attachment> attachments(OutgoingRequest request, List<FieldError> errors) {
        List<Draft.Attachment> attachments = new ArrayList<>();
        List<OutgoingRequest.AttachmentForm> forms =
                Objects.requireNonNullElse(request.attachments(), List.<OutgoingRequest.AttachmentForm>of());
        for (int i = 0; i < forms.size(); i++) {
            OutgoingRequest.AttachmentForm form = forms.get(i);
            byte[] data = form == null ? null : form.base64Data();
            if (data == null) {
                errors.add(new FieldError("/attachments/" + i + "/base64_data", "must be there, even if empty"));
                data = new byte[0];
            }
            attachments.add(new Draft.Attachment(
                    Objects.requireNonNullElse(form == null ? null : form.filename(), ""),
                    Objects.requireNonNullElse(form == null ? null : form.mediaType(), ""),
                    data));
        }
        return attachments;
    }

    private static List<String> references(OutgoingRequest request, List<FieldError> errors) {
        List<String> references = Objects.requireNonNullElse(request.references(), List.<String>of());
        for (int i = 0; i < references.size(); i++) {
            if (references.get(i) == null) {
                errors.add(new FieldError("/references/" + i, "must not be null"));
                return List.of();
            }
        }
        return references;
    }

    private static String normalized(String address) {
        @Nullable String normalized = DraftCheck.normalize(address);
        if (normalized == null) {
            throw new IllegalArgumentException("not an address");
        }
        return normalized;
    }
}
