package dev.mailroom.sync.mailbox;

import dev.mailroom.mailclient.imap.MessageSummary;
import dev.mailroom.sync.connection.Link;
import dev.mailroom.sync.message.ContentKey;
import dev.mailroom.sync.message.IdentifiedArrival;
import dev.mailroom.sync.message.KnownElsewhere;
import dev.mailroom.sync.message.MessageParser;
import dev.mailroom.sync.message.ParsedMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A message that was fetched, or is known, or the reason why it was not.
 *
 * @param known a message of which another copy was taken in before; null for others
 * @param detail what is said of the problem beside its name; null for nothing
 */
@SuppressWarnings("ArrayRecordComponent")
record RawMail(
        MessageSummary summary,
        @Nullable IdentifiedArrival arrival,
        byte @Nullable [] raw,
        boolean headerOnly,
        KnownElsewhere.@Nullable Remembered known,
        String problem,
        @Nullable String detail) {
    private static final String NOT_FETCHED = "not_fetched";

    private static final Logger LOG = Logger.getLogger(RawMail.class);

    static RawMail fetched(MessageSummary summary, byte[] raw, boolean headerOnly) {
        return new RawMail(summary, null, raw, headerOnly, null, "", null);
    }

    /** A message that is given up: each fetch of it failed. */
    static RawMail notFetched(MessageSummary summary, String detail) {
        return new RawMail(summary, null, null, false, null, NOT_FETCHED, detail);
    }

    boolean isGivenUp() {
        return problem.equals(NOT_FETCHED);
    }

    static RawMail broken(MessageSummary summary, byte @Nullable [] raw, String problem) {
        return new RawMail(summary, null, raw, false, null, problem, null);
    }

    /**
     * What lies in another mailbox of the account too and came from there: it is not fetched again, where the server says that it is the same.
     *
     * @return by UID
     */
    static Map<Long, RawMail> known(KnownElsewhere elsewhere, Link link, List<MessageSummary> batch) {
        Map<Long, KnownElsewhere.Remembered> before = elsewhere.of(
                link.accountId(),
                link.organization(),
                batch.stream()
                        .map(MessageSummary::providerId)
                        .filter(id -> id != 0)
                        .toList());
        Map<Long, RawMail> known = new LinkedHashMap<>();
        for (MessageSummary summary : batch) {
            KnownElsewhere.Remembered remembered = before.get(summary.providerId());
            if (remembered != null) {
                known.put(summary.uid(), new RawMail(summary, null, null, false, remembered, "", null));
            }
        }
        return known;
    }

    /** What of a message is taken in. */
    interface ArrivalOf {
        /** @param known key of the message if another copy of it was taken in before */
        IdentifiedArrival of(MessageSummary summary, ParsedMessage message, @Nullable ContentKey known);
    }

    RawMail read(MessageParser parser, ArrivalOf arrivalOf) {
        if (known != null && arrival == null) {
            return new RawMail(
                    summary,
                    arrivalOf.of(summary, known.message(), known.key()),
                    raw,
                    headerOnly,
                    known,
                    problem,
                    detail);
        }
        if (raw == null || arrival != null || !problem.isEmpty()) {
            return this;
        }
        try {
            ParsedMessage parsed = headerOnly ? parser.parseHeader(raw) : parser.parse(raw);
            return new RawMail(summary, arrivalOf.of(summary, parsed, null), raw, headerOnly, null, problem, detail);
        } catch (RuntimeException | StackOverflowError unreadable) {
            // The parser meets strangers' bytes: what it does not expect costs this message and no other.
            LOG.errorf(
                    "uid=%d to quarantine: %s",
                    summary.uid(), unreadable.getClass().getSimpleName());
            return broken(summary, raw, "not_parsed");
        }
    }
}
