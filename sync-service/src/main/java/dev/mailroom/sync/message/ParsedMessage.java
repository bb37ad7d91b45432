package dev.mailroom.sync.message;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.Message;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as its bytes say, free of NUL, lone surrogates and other characters that no store takes.
 *
 * @param emailMessageId with angle brackets, at most 998 characters; null where absent
 * @param references oldest first, the last 100 of them
 * @param bodyDigests sha256 in hex of each decoded leaf part, sorted; of none if the parser was stopped
 * @param headerDigest sha256 in hex of all header fields of a message with neither Message-ID nor Date, else empty
 * @param structure as far as it was read; null if the body was not
 * @param shortfall why not all of it was read; null if it was
 * @param text at most {@link Message#TEXT_MAX_BYTES} bytes of UTF-8
 */
public record ParsedMessage(
        @Nullable String emailMessageId,
        List<String> inReplyTo,
        List<String> references,
        String subject,
        @Nullable Address from,
        List<Address> to,
        List<Address> cc,
        List<Address> bcc,
        List<Address> replyTo,
        @Nullable Instant sentAt,
        String text,
        boolean textTruncated,
        String preview,
        List<Message.Attachment> attachments,
        Message.Automation automation,
        List<String> bodyDigests,
        String headerDigest,
        @Nullable MimePart structure,
        @Nullable Shortfall shortfall) {

    /** Whether a limit, or what the bytes are, left something out. */
    public boolean partiallyParsed() {
        return shortfall != null;
    }
}
