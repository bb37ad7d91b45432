package dev.mailroom.sync.message;

import dev.mailroom.contracts.Address;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message for people and programs.
 *
 * @param body plain text; null in lists
 * @param labels names of the ordinary mailboxes that hold a copy, levels joined by "/"
 * @param bccFields only for who sees the sender's own copy
 * @param partiallyParsedReason {@code too_large}, {@code too_deep}, {@code too_many_parts}, {@code too_many_attachments}, {@code header},
 *     {@code time} or {@code broken}; null if it was read whole, or by a version that did not say
 * @param structure the MIME parts; null in lists, and where only the header was read
 * @param author the sender, as {@code fromField}
 * @param replyFrom the alias that got the message; null where the viewer has none
 */
public record MessageView(
        UUID id,
        String type,
        String subject,
        String preview,
        @Nullable String body,
        boolean bodyTruncated,
        Instant deliveredAt,
        @Nullable Instant sentAt,
        Instant createdAt,
        @Nullable String emailMessageId,
        List<String> inReplyTo,
        List<String> references,
        @Nullable Address fromField,
        List<Address> toFields,
        List<Address> ccFields,
        List<Address> bccFields,
        List<Address> replyToFields,
        List<AttachmentView> attachments,
        @Nullable Address author,
        UUID conversation,
        long size,
        boolean unread,
        boolean flagged,
        List<String> labels,
        List<CopyView> copies,
        boolean partiallyParsed,
        @Nullable String partiallyParsedReason,
        @Nullable MimePart structure,
        @Nullable ReplyFromView replyFrom) {

    /**
     * The address that a reply is from, if its writer chooses no other.
     *
     * @param account one that holds a copy
     * @param name null where it is not known
     */
    public record ReplyFromView(
            UUID account, String address, @Nullable String name) {}

    /** @param id the IMAP part number; {@code url} streams it from the provider */
    public record AttachmentView(
            String id,
            @Nullable String filename,
            @Nullable String extension,
            String mediaType,
            String subType,
            long size,
            String url) {}

    /**
     * Where a copy lies.
     *
     * @param mailbox null, with {@code path} empty, where only the address is shared and not the account
     */
    public record CopyView(
            UUID account,
            @Nullable UUID mailbox,
            List<String> path,
            @Nullable String role,
            boolean unread,
            boolean flagged) {}
}
