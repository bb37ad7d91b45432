package dev.mailroom.send.outgoing;

import dev.mailroom.contracts.Address;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks to be sent.
 *
 * @param from null for the default alias of the account, in a reply for the alias that got the message; without a name that of the
 *     alias
 * @param sendAt null for now
 * @param undoWindowS seconds during which it can still be cancelled, 0..300; ignored with {@code send_at}
 * @param autoFollowup cancels a scheduled message when a reply comes first; needs {@code send_at} and {@code conversation}
 */
public record OutgoingRequest(
        @Nullable UUID account,
        @Nullable AddressForm from,
        @Nullable List<AddressForm> to,
        @Nullable List<AddressForm> cc,
        @Nullable List<AddressForm> bcc,
        @Nullable String subject,
        @Nullable String text,
        @Nullable String html,
        @Nullable List<AttachmentForm> attachments,
        @Nullable String inReplyTo,
        @Nullable List<String> references,
        @Nullable UUID conversation,
        @Nullable Instant sendAt,
        @Nullable Integer undoWindowS,
        @Nullable Boolean autoFollowup) {

    /** A file in JSON. */
    public record AttachmentForm(
            @Nullable String filename,
            @Nullable String mediaType,

            @Schema(type = SchemaType.STRING, format = "byte")
            byte @Nullable [] base64Data) {}

    static List<Address> addresses(@Nullable List<AddressForm> forms) {
        return forms == null
                ? List.of()
                : forms.stream()
                        .map(form -> form == null ? new Address(null, "") : form.toAddress())
                        .toList();
    }
}
