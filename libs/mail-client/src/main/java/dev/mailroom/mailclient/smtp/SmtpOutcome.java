package dev.mailroom.mailclient.smtp;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one attempt to hand over a message.
 *
 * <p>{@code reason} is a stable lower-case word or a category of {@link dev.mailroom.mailclient.failure.Category}, never a server's text.
 */
public sealed interface SmtpOutcome {
    /** The furthest phase that was entered. */
    SmtpPhase phase();

    /** The server took responsibility for every recipient. */
    record Accepted(SmtpReply reply, Map<String, RecipientResult> recipients) implements SmtpOutcome {
        public Accepted {
            recipients = Map.copyOf(recipients);
        }

        @Override
        public SmtpPhase phase() {
            return SmtpPhase.ACCEPTED;
        }
    }

    /** The server took responsibility for some recipients and refused the others, for now or for good. */
    record PartiallyAccepted(SmtpReply reply, Map<String, RecipientResult> recipients) implements SmtpOutcome {
        public PartiallyAccepted {
            recipients = Map.copyOf(recipients);
        }

        @Override
        public SmtpPhase phase() {
            return SmtpPhase.ACCEPTED;
        }
    }

    /**
     * Certainly not sent; another attempt may succeed.
     *
     * @param reply null if the server did not say it
     * @param recipients those that were asked for; the ones missing were not reached
     */
    record Deferred(
            SmtpPhase phase, String reason, @Nullable SmtpReply reply, Map<String, RecipientResult> recipients)
            implements SmtpOutcome {
        public Deferred {
            recipients = Map.copyOf(recipients);
        }
    }

    /** Certainly not sent, and no attempt will succeed. */
    record Rejected(
            SmtpPhase phase, String reason, @Nullable SmtpReply reply, Map<String, RecipientResult> recipients)
            implements SmtpOutcome {
        public Rejected {
            recipients = Map.copyOf(recipients);
        }
    }

    /** Certainly not sent: the log-in was refused. It says nothing about the message; wait for other credentials. */
    record CredentialsRefused(String reason, @Nullable SmtpReply reply) implements SmtpOutcome {
        @Override
        public SmtpPhase phase() {
            return SmtpPhase.AUTH;
        }
    }

    /** The end of the message was, or may have been, written and no valid answer came: the server may have it. Never send it again unasked. */
    record Unknown(String reason) implements SmtpOutcome {
        @Override
        public SmtpPhase phase() {
            return SmtpPhase.DOT;
        }
    }
}
