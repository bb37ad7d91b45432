package dev.mailroom.sync.message;

import dev.mailroom.contracts.Address;
import dev.mailroom.contracts.EventIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What makes two copies the same message: Message-ID, date, sender, recipients, where to answer, subject and the decoded parts agree.
 *
 * <p>Message-ID alone is not enough, because list software, broken senders and attackers repeat it; the raw bytes are too much,
 * because servers add headers and some write the whole message anew.
 */
public record ContentKey(String hex) {

    /**
     * @param internalDate stands in where a message has no Message-ID: two such messages with equal content are two messages
     * @param sizeBytes stands in for the parts where they could not all be read
     */
    public static ContentKey of(ParsedMessage message, Instant internalDate, long sizeBytes) {
        MessageDigest digest = PartDigest.sha256();
        String id = message.emailMessageId();
        add(digest, id == null ? "at " + internalDate : id);
        Instant sentAt = message.sentAt();
        add(digest, sentAt == null ? "" : sentAt.toString());
        add(digest, address(message.from()));
        recipients(message).forEach(address -> add(digest, address));
        // Else who has a copy could send it on to a colleague with an address of his own, before the genuine one comes.
        if (!message.replyTo().isEmpty()) {
            add(digest, "reply to");
            message.replyTo().stream().map(ContentKey::address).sorted().forEach(address -> add(digest, address));
        }
        add(digest, Normalizer.normalize(message.subject(), Normalizer.Form.NFC));
        List<String> parts = message.bodyDigests();
        if (parts.isEmpty()) {
            add(digest, "size " + sizeBytes);
        } else {
            parts.forEach(part -> add(digest, part));
        }
        if (saysNothing(message)) {
            // Two that came in one second are two as soon as anything at all is different.
            add(digest, "header " + message.headerDigest());
        }
        return new ContentKey(HexFormat.of().formatHex(digest.digest()));
    }

    /** Neither Message-ID nor date nor a word: what is left agrees with others by chance. */
    private static boolean saysNothing(ParsedMessage message) {
        return message.emailMessageId() == null
                && message.sentAt() == null
                && message.bodyDigests().stream().allMatch(PartDigest.OF_NOTHING::equals);
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** The id of the message in an organization: follows from its content, so that every replica and every replay finds the same. */
    public UUID messageIn(UUID organization) {
        return EventIds.of("message", organization, hex);
    }

    private static Stream<String> recipients(ParsedMessage message) {
        return Stream.concat(message.to().stream(), message.cc().stream())
                .map(ContentKey::address)
                .sorted();
    }

    private static String address(@Nullable Address address) {
        return address == null ? "" : address.address().toLowerCase(Locale.ROOT);
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // The length keeps neighbours apart.
        digest.update(new byte[] {
            (byte) (bytes.length >>> 24), (byte) (bytes.length >>> 16), (byte) (bytes.length >>> 8), (byte) bytes.length
        });
        digest.update(bytes);
    }
}
