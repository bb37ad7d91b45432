package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.sync.message.IdentifiedArrival;
import dev.mailroom.sync.message.MessageParser;
import dev.mailroom.sync.message.ParsedMessage;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A message that was fetched, or the reason why it was not. */
@SuppressWarnings("ArrayRecordComponent")
record RawMail(
        MessageSummary summary,
        @Nullable IdentifiedArrival arrival,
        byte @Nullable [] raw,
        boolean headerOnly,
        String problem) {
    private static final Logger LOG = Logger.getLogger(RawMail.class);

    static RawMail fetched(MessageSummary summary, byte[] raw, boolean headerOnly) {
        return new RawMail(summary, null, raw, headerOnly, "");
    }

    static RawMail broken(MessageSummary summary, byte @Nullable [] raw, String problem) {
        return new RawMail(summary, null, raw, false, problem);
    }

    /** @param arrivalOf what of the message is taken in */
    RawMail read(MessageParser parser, BiFunction<MessageSummary, ParsedMessage, IdentifiedArrival> arrivalOf) {
        if (raw == null || arrival != null || !problem.isEmpty()) {
            return this;
        }
        try {
            ParsedMessage parsed = headerOnly ? parser.parseHeader(raw) : parser.parse(raw);
            return new RawMail(summary, arrivalOf.apply(summary, parsed), raw, headerOnly, problem);
        } catch (RuntimeException | StackOverflowError unreadable) {
            // The parser meets strangers' bytes: what it does not expect costs this message and no other.
            LOG.errorf(
                    "uid=%d to quarantine: %s",
                    summary.uid(), unreadable.getClass().getSimpleName());
            return broken(summary, raw, "not_parsed");
        }
    }
}
