package dev.mailroom.contracts;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message as its events carry it: what a rule or a search needs, not the whole of it.
 *
 * @param id Mailroom's own id, the same for every copy in the organization and across moves and resets
 * @param emailMessageId the Message-ID header with its angle brackets, null where the message has none
 * @param inReplyTo message ids of In-Reply-To
 * @param references message ids of References, oldest first, at most 100
 * @param preview the first words of the text, one line, at most 200 characters
 * @param text plain text of the body, at most {@link #TEXT_MAX_BYTES} of UTF-8
 * @param textTruncated whether {@code text} was cut
 * @param deliveredAt INTERNALDATE (RFC 9051 section 2.3.3)
 * @param sentAt the Date header, null where absent or unreadable
 * @param sizeBytes RFC822.SIZE as the server says it: an estimate on some servers
 * @param labels names of the other mailboxes that hold a copy, levels joined by "/"
 * @param automation what says that no person wrote it
 * @param partiallyParsed whether a limit stopped the parser, so that fields may be missing
 */
public record Message(
        UUID id,
        UUID conversation,
        @Nullable String emailMessageId,
        List<String> inReplyTo,
        List<String> references,
        String subject,
        String preview,
        String text,
        boolean textTruncated,
        @Nullable Address from,
        List<Address> to,
        List<Address> cc,
        List<Address> bcc,
        List<Address> replyTo,
        Instant deliveredAt,
        @Nullable Instant sentAt,
        long sizeBytes,
        boolean unread,
        boolean flagged,
        List<String> labels,
        List<Attachment> attachments,
        Automation automation,
        boolean partiallyParsed) {

    /** Bytes of UTF-8 of {@code text}; what is longer is cut and fetched through the API. */
    public static final int TEXT_MAX_BYTES = 32 * 1024;

    /** @param part the IMAP part number (RFC 9051 section 6.4.5), for example {@code 2.1} */
    public record Attachment(String part, @Nullable String filename, String mediaType, long sizeBytes) {
        public Attachment {
            Required.of("part", part);
            Required.of("media_type", mediaType);
        }
    }

    /**
     * RFC 3834 and its neighbours.
     *
     * @param autoSubmitted value of Auto-Submitted, null where absent
     * @param precedence value of Precedence, null where absent
     * @param listId value of List-Id, null where absent
     * @param nullReturnPath whether Return-Path is {@code <>}
     */
    public record Automation(
            @Nullable String autoSubmitted,
            @Nullable String precedence,
            @Nullable String listId,
            boolean nullReturnPath) {
        public static final Automation NONE = new Automation(null, null, null, false);
    }

    public Message {
        Required.of("id", id);
        Required.of("conversation", conversation);
        inReplyTo = Required.list(inReplyTo);
        references = Required.list(references);
        Required.of("subject", subject);
        Required.of("preview", preview);
        Required.of("text", text);
        to = Required.list(to);
        cc = Required.list(cc);
        bcc = Required.list(bcc);
        replyTo = Required.list(replyTo);
        Required.of("delivered_at", deliveredAt);
        labels = Required.list(labels);
        attachments = Required.list(attachments);
        Required.of("automation", automation);
    }
}
