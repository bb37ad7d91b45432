package dev.mailroom.send.compose;

import dev.mailroom.contracts.Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to send.
 *
 * @param sender the account's own address, which becomes the reverse-path, and the Sender header where From is another
 * @param text plain text, null for none; one of text and html is there, even if empty
 * @param inReplyTo a Message-ID with its angle brackets
 * @param references Message-IDs with their angle brackets, oldest first
 * @param autoSubmitted whether a machine answers (RFC 3834)
 */
public record Draft(
        Address from,
        String sender,
        List<Address> to,
        List<Address> cc,
        List<Address> bcc,
        String subject,
        @Nullable String text,
        @Nullable String html,
        List<Attachment> attachments,
        @Nullable String inReplyTo,
        List<String> references,
        boolean autoSubmitted) {

    public Draft {
        to = List.copyOf(to);
        cc = List.copyOf(cc);
        bcc = List.copyOf(bcc);
        attachments = List.copyOf(attachments);
        references = List.copyOf(references);
    }

    /** @param mediaType {@code type/subtype} without parameters */
    public record Attachment(String filename, String mediaType, byte[] data) {}
}
