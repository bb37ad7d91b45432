package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.sync.message.MessageParser;
import dev.mailroom.sync.message.ParsedMessage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A message that was fetched, or the reason why it was not. */
@SuppressWarnings("ArrayRecordComponent")
record RawMail(
        MessageSummary summary,
        @Nullable ParsedMessage message,
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

    RawMail read(MessageParser parser) {
        if (raw == null || message != null || !problem.isEmpty()) {
            return this;
        }
        try {
            ParsedMessage parsed = headerOnly ? parser.parseHeader(raw) : parser.parse(raw);
            return new RawMail(summary, parsed, raw, headerOnly, problem);
        } catch (RuntimeException | StackOverflowError unreadable) {
            // The parser meets strangers' bytes: what it does not expect costs this message and no other.
            LOG.errorf(
                    "uid=%d to quarantine: %s",
                    summary.uid(), unreadable.getClass().getSimpleName());
            return broken(summary, raw, "not_parsed");
        }
    }
}
