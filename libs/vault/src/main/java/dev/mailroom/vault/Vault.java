package dev.mailroom.vault;

import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import dev.mailroom.vault.VaultException.Reason;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Seals and opens secrets with the keys of one key file. Safe for use by many threads.
 *
 * <p>An envelope of a key that is not known yet makes the vault read its key file once more before it refuses: a service goes on through
 * a rotation without a restart. The plaintext arrays that a caller gives stay the caller's to wipe; those that the vault makes are
 * overwritten before it returns.
 */
public final class Vault {

    /** Longest secret that can be sealed, in bytes of UTF-8. */
    public static final int SECRET_MAX_BYTES = Envelope.SECRET_MAX_BYTES;

    private static final int DATA_KEY_BYTES = 32;

    private final Path keyFile;
    private volatile VaultKeys keys;
    private volatile FileStamp stamp;

    Vault(Path keyFile) {
        this.keyFile = keyFile;
        this.stamp = FileStamp.of(keyFile);
        this.keys = VaultKeyFile.read(keyFile);
    }

    /**
     * Seals a secret with a fresh data key, wrapped by the key that is the primary one of the file at this moment.
     *
     * @param secret 1..{@value #SECRET_MAX_BYTES} bytes; not changed
     * @return the envelope, at most 512 bytes longer than the secret
     * @throws VaultException SECRET_SIZE
     */
    public byte[] seal(byte[] secret, SealContext context) {
        if (secret.length == 0 || secret.length > SECRET_MAX_BYTES) {
            throw new VaultException(Reason.SECRET_SIZE, "a secret has 1.." + SECRET_MAX_BYTES + " bytes");
        }
        followTheFile();
        byte[] dataKey = Random.randBytes(DATA_KEY_BYTES);
        try {
            byte[] sealed = new AesGcmJce(dataKey).encrypt(secret, context.associatedData(SealContext.Layer.SECRET));
            return new Envelope(keys.wrap(dataKey, context), sealed).toBytes();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /** {@link #seal(byte[], SealContext)} of the UTF-8 form of the characters. */
    public byte[] seal(char[] secret, SealContext context) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(secret));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        try {
            return seal(bytes, context);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * Opens an envelope.
     *
     * @throws VaultException MALFORMED, UNKNOWN_KEY (after the key file was read again), NOT_AUTHENTIC
     */
    public OpenedSecret open(byte[] sealed, SealContext context) {
        Envelope envelope = Envelope.parse(sealed);
        byte[] dataKey = dataKey(envelope, context);
        try {
            return new OpenedSecret(new AesGcmJce(dataKey)
                    .decrypt(envelope.sealedSecret(), context.associatedData(SealContext.Layer.SECRET)));
        } catch (GeneralSecurityException e) {
            throw notAuthentic(e);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /**
     * The same sealed secret with its data key wrapped by the primary key; what is already current is returned as it is. The secret
     * itself is not opened.
     *
     * @throws VaultException as {@link #open}, except for a change in the sealed secret, which only {@link #open} can see
     */
    public byte[] rewrap(byte[] sealed, SealContext context) {
        Envelope envelope = Envelope.parse(sealed);
        byte[] dataKey = dataKey(envelope, context);
        try {
            VaultKeys current = keys;
            if (envelope.keyId() == current.primaryId()) {
                return sealed.clone();
            }
            return new Envelope(current.wrap(dataKey, context), envelope.sealedSecret()).toBytes();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /** Whether the envelope is wrapped by the primary key of the key file as last read. */
    public boolean isCurrent(byte[] sealed) {
        return keyId(sealed) == primaryKeyId();
    }

    /**
     * Id of the key that an envelope is wrapped by, 1..2^32-1. It is no secret.
     *
     * @throws VaultException MALFORMED
     */
    public static long keyId(byte[] sealed) {
        return Envelope.parse(sealed).keyId();
    }

    /** Id of the key that new envelopes are wrapped by, 1..2^32-1. */
    public long primaryKeyId() {
        return keys.primaryId();
    }

    /**
     * Reads the key file again, for example after a rotation.
     *
     * @throws VaultException KEY_FILE; the keys read before stay in use
     */
    public void reload() {
        FileStamp before = FileStamp.of(keyFile);
        keys = VaultKeyFile.read(keyFile);
        stamp = before;
    }

    /** Ids of all keys of the key file as last read, in order. */
    public SortedSet<Long> keyIds() {
        return new TreeSet<>(keys.ids());
    }

    /** Whether the key file, read again if need be, holds the key that an envelope is wrapped by; false for what is no envelope. */
    public boolean knows(byte[] sealed) {
        try {
            long key = keyId(sealed);
            if (!keys.knows(key)) {
                reload();
            }
            return keys.knows(key);
        } catch (VaultException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "Vault[primary=" + primaryKeyId() + "]";
    }

    /** Another replica may have rotated the file. One that cannot be read changes nothing: the keys that are known still open and seal. */
    private void followTheFile() {
        if (!FileStamp.of(keyFile).equals(stamp)) {
            try {
                reload();
            } catch (VaultException e) {
                // The next one to need a key that is not known hears of it.
                stamp = FileStamp.NONE;
            }
        }
    }

    private byte[] dataKey(Envelope envelope, SealContext context) {
        if (!keys.knows(envelope.keyId())) {
            reload();
        }
        VaultKeys current = keys;
        if (!current.knows(envelope.keyId())) {
            throw new VaultException(
                    Reason.UNKNOWN_KEY, "sealed by key " + envelope.keyId() + ", which the key file does not hold");
        }
        try {
            return current.unwrap(envelope.wrappedKey(), context);
        } catch (GeneralSecurityException e) {
            throw notAuthentic(e);
        }
    }

    private static VaultException notAuthentic(GeneralSecurityException cause) {
        return new VaultException(
                Reason.NOT_AUTHENTIC, "the sealed secret was changed or belongs to something else", cause);
    }
}
