package dev.mailroom.vault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What an envelope belongs to. It opens only with the context that it was sealed with.
 *
 * @param purpose what the secret is for, 1..64 characters of {@code a-z 0-9 . -}, for example {@link #IMAP_SMTP}
 */
public record SealContext(UUID organization, UUID account, String purpose) {

    /** The password with which an account logs in to its IMAP and SMTP servers. */
    public static final String IMAP_SMTP = "imap-smtp";

    private static final Pattern PURPOSE = Pattern.compile("[a-z0-9.-]{1,64}");

    /** @throws IllegalArgumentException if the purpose has another form */
    public SealContext {
        if (!PURPOSE.matcher(purpose).matches()) {
            throw new IllegalArgumentException("purpose must be 1..64 characters of a-z 0-9 . -");
        }
    }

    /** The context of the password of a mailbox. */
    public static SealContext imapSmtp(UUID organization, UUID account) {
        return new SealContext(organization, account, IMAP_SMTP);
    }

    /** Fixed-width fields first and the only variable one last: two contexts never have the same bytes. */
    byte[] associatedData(Layer layer) {
        byte[] purposeBytes = purpose.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + 2 * 2 * Long.BYTES + purposeBytes.length)
                .put(layer.tag)
                .putLong(organization.getMostSignificantBits())
                .putLong(organization.getLeastSignificantBits())
                .putLong(account.getMostSignificantBits())
                .putLong(account.getLeastSignificantBits())
                .put(purposeBytes)
                .array();
    }

    /** Which of the two encryptions the data is bound to; one can not be passed off as the other. */
    enum Layer {
        WRAPPED_KEY((byte) 'K'),
        SECRET((byte) 'S');

        private final byte tag;

        Layer(byte tag) {
            this.tag = tag;
        }
    }
}
