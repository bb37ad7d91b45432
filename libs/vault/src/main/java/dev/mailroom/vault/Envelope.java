package dev.mailroom.vault;

import dev.mailroom.vault.VaultException.Reason;
import java.nio.ByteBuffer;

/**
 * The sealed form: {@code 'M' 'V' 0x01 | length of wrapped key (2 bytes) | wrapped key | sealed secret}.
 *
 * <p>The wrapped key begins with the five bytes that Tink puts before a ciphertext: {@code 0x01} and the id of the wrapping key.
 */
record Envelope(byte[] wrappedKey, byte[] sealedSecret) {

    /** Longest secret that is sealed; a password or a token is far shorter. */
    static final int SECRET_MAX_BYTES = 4 * 1024;

    /** Longest envelope that is read: the secret, its nonce and tag, the wrapped key and the head. */
    static final int ENVELOPE_MAX_BYTES = SECRET_MAX_BYTES + 512;

    private static final byte[] MAGIC = {'M', 'V', 1};
    private static final byte KEY_PREFIX = 1;
    private static final int KEY_PREFIX_BYTES = 1 + Integer.BYTES;
    private static final int HEAD_BYTES = MAGIC.length + Short.BYTES;

    /** @throws VaultException MALFORMED if these are not the bytes of an envelope */
    static Envelope parse(byte[] sealed) {
        if (sealed.length < HEAD_BYTES + KEY_PREFIX_BYTES || sealed.length > ENVELOPE_MAX_BYTES) {
            throw malformed();
        }
        ByteBuffer buffer = ByteBuffer.wrap(sealed);
        for (byte expected : MAGIC) {
            if (buffer.get() != expected) {
                throw malformed();
            }
        }
        int wrappedLength = Short.toUnsignedInt(buffer.getShort());
        if (wrappedLength < KEY_PREFIX_BYTES || wrappedLength >= buffer.remaining()) {
            throw malformed();
        }
        byte[] wrappedKey = new byte[wrappedLength];
        buffer.get(wrappedKey);
        if (wrappedKey[0] != KEY_PREFIX) {
            throw malformed();
        }
        byte[] sealedSecret = new byte[buffer.remaining()];
        buffer.get(sealedSecret);
        return new Envelope(wrappedKey, sealedSecret);
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(HEAD_BYTES + wrappedKey.length + sealedSecret.length)
                .put(MAGIC)
                .putShort((short) wrappedKey.length)
                .put(wrappedKey)
                .put(sealedSecret)
                .array();
    }

    /** Id of the key that wraps the data key, as unsigned 32 bit. */
    long keyId() {
        return Integer.toUnsignedLong(ByteBuffer.wrap(wrappedKey).getInt(1));
    }

    @Override
    public String toString() {
        return "Envelope[key=" + keyId() + "]";
    }

    private static VaultException malformed() {
        return new VaultException(Reason.MALFORMED, "not a sealed secret of this vault");
    }
}
