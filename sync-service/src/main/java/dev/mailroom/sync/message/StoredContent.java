package dev.mailroom.sync.message;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a message's row keeps as JSON: shown, never searched. An older row has no structure, and does not say why a message was read in part. */
record StoredContent(
        List<String> inReplyTo,
        List<String> references,
        boolean textTruncated,
        @Nullable Address from,
        List<Address> to,
        List<Address> cc,
        List<Address> bcc,
        List<Address> replyTo,
        List<Message.Attachment> attachments,
        Message.Automation automation,
        @Nullable MimePart structure,
        @Nullable String shortfall) {

    static StoredContent of(ParsedMessage message) {
        Shortfall shortfall = message.shortfall();
        return new StoredContent(
                message.inReplyTo(),
                message.references(),
                message.textTruncated(),
                message.from(),
                message.to(),
                message.cc(),
                message.bcc(),
                message.replyTo(),
                message.attachments(),
                message.automation(),
                message.structure(),
                shortfall == null ? null : shortfall.word());
    }
}
