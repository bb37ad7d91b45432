package dev.mailroom.mailclient.smtp;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One mail transaction (RFC 5321 section 3.3) on a dialogue that is logged in. */
final class MailTransaction {
    private final AngusDialogue dialogue;
    private final SmtpEnvelope envelope;
    private final byte[] mime;
    private final SmtpPhaseListener phases;
    private final Map<String, RecipientResult> recipients = new LinkedHashMap<>();
    private SmtpPhase phase = SmtpPhase.ENVELOPE;

    MailTransaction(AngusDialogue dialogue, SmtpEnvelope envelope, byte[] mime, SmtpPhaseListener phases) {
        this.dialogue = dialogue;
        this.envelope = envelope;
        this.mime = mime;
        this.phases = phases;
    }

    /** @throws MailException if the connection broke before the dot */
    SmtpOutcome run() throws MailException {
        enter(SmtpPhase.ENVELOPE);
        String lacking = whatTheServerLacks();
        if (lacking != null) {
            return new SmtpOutcome.Rejected(phase, lacking, null, recipients);
        }
        SmtpReply sender = dialogue.exchange(mailCommand());
        if (!sender.positive()) {
            return refused(sender, ReplyVerdict.of(sender, false), "sender_refused");
        }
        for (String recipient : envelope.recipients()) {
            SmtpReply reply = dialogue.exchange("RCPT TO:<" + recipient + ">");
            recipients.put(recipient, new RecipientResult(state(ReplyVerdict.of(reply, true)), reply));
            if (reply.code() == 421) {
                return new SmtpOutcome.Deferred(phase, "server_closing", reply, withoutAccepted());
            }
        }
        if (count(RecipientResult.State.ACCEPTED) == 0) {
            return noRecipient();
        }
        enter(SmtpPhase.DATA);
        SmtpReply go = dialogue.exchange("DATA");
        if (go.code() != 354) {
            return refused(go, ReplyVerdict.of(go, false), "data_refused");
        }
        dialogue.writeBody(mime);
        enter(SmtpPhase.DOT);
        return finish();
    }

    /** The furthest phase that was entered. */
    SmtpPhase phase() {
        return phase;
    }

    Map<String, RecipientResult> recipientsSoFar() {
        return withoutAccepted();
    }

    private SmtpOutcome finish() {
        dialogue.dotWritten();
        SmtpReply answer;
        try {
            answer = dialogue.exchange(".");
        } catch (MailException lost) {
            return new SmtpOutcome.Unknown(lost.category().wireName());
        }
        if (!answer.positive()) {
            if (answer.code() / 100 == 3) {
                return new SmtpOutcome.Unknown(Category.PROTOCOL_ERROR.wireName());
            }
            return refused(answer, ReplyVerdict.of(answer, false), "message_refused");
        }
        enterAccepted();
        return count(RecipientResult.State.ACCEPTED) == recipients.size()
                ? new SmtpOutcome.Accepted(answer, recipients)
                : new SmtpOutcome.PartiallyAccepted(answer, recipients);
    }

    private void enter(SmtpPhase next) {
        phases.entering(next);
        phase = next;
    }

    private void enterAccepted() {
        phase = SmtpPhase.ACCEPTED;
        phases.entering(SmtpPhase.ACCEPTED);
    }

    private @Nullable String whatTheServerLacks() {
        String size = dialogue.getExtensionParameter("SIZE");
        if (size != null
                && !size.isEmpty()
                && size.length() < 19
                && size.chars().allMatch(Character::isDigit)) {
            long limit = Long.parseLong(size);
            if (limit > 0 && mime.length > limit) {
                return Category.MESSAGE_TOO_LARGE.wireName();
            }
        }
        if (needsUtf8() && !dialogue.supportsExtension("SMTPUTF8")) {
            return "smtputf8_missing";
        }
        return MimeForm.isEightBit(mime) && !dialogue.supportsExtension("8BITMIME") ? "8bitmime_missing" : null;
    }

    private boolean needsUtf8() {
        return envelope.needsUtf8() || MimeForm.hasEightBitHeader(mime);
    }

    private String mailCommand() {
        StringBuilder command =
                new StringBuilder("MAIL FROM:<").append(envelope.from()).append('>');
        if (dialogue.supportsExtension("SIZE")) {
            command.append(" SIZE=").append(mime.length);
        }
        if (MimeForm.isEightBit(mime)) {
            command.append(" BODY=8BITMIME");
        }
        if (needsUtf8()) {
            command.append(" SMTPUTF8");
        }
        return command.toString();
    }

    private SmtpOutcome noRecipient() {
        SmtpReply first = recipients.values().iterator().next().reply();
        return count(RecipientResult.State.DEFERRED) > 0
                ? new SmtpOutcome.Deferred(phase, "recipients_deferred", first, recipients)
                : new SmtpOutcome.Rejected(phase, "recipients_refused", first, recipients);
    }

    /** The whole transaction was refused: what RCPT accepted shares its fate, what RCPT refused keeps its own. */
    private SmtpOutcome refused(SmtpReply reply, ReplyVerdict verdict, String reason) {
        RecipientResult fate = new RecipientResult(
                verdict == ReplyVerdict.PERMANENT ? RecipientResult.State.REJECTED : RecipientResult.State.DEFERRED,
                reply);
        for (String recipient : envelope.recipients()) {
            RecipientResult own = recipients.get(recipient);
            if (own == null || own.state() == RecipientResult.State.ACCEPTED) {
                recipients.put(recipient, fate);
            }
        }
        return count(RecipientResult.State.DEFERRED) > 0
                ? new SmtpOutcome.Deferred(phase, reason, reply, recipients)
                : new SmtpOutcome.Rejected(phase, reason, reply, recipients);
    }

    private Map<String, RecipientResult> withoutAccepted() {
        Map<String, RecipientResult> kept = new LinkedHashMap<>(recipients);
        kept.values().removeIf(result -> result.state() == RecipientResult.State.ACCEPTED);
        return kept;
    }

    private long count(RecipientResult.State state) {
        return recipients.values().stream()
                .filter(result -> result.state() == state)
                .count();
    }

    private static RecipientResult.State state(ReplyVerdict verdict) {
        return switch (verdict) {
            case ACCEPTED -> RecipientResult.State.ACCEPTED;
            case TRANSIENT -> RecipientResult.State.DEFERRED;
            case PERMANENT -> RecipientResult.State.REJECTED;
        };
    }
}
