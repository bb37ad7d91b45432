package dev.mailroom.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;
import java.util.HashSet;
import java.util.Set;

/** The keys of one reading of a key file: wraps with the primary, unwraps with any. Immutable; says nothing of itself. */
final class VaultKeys {

    private final Aead wrapping;
    private final long primaryId;
    private final Set<Long> ids;

    private VaultKeys(Aead wrapping, long primaryId, Set<Long> ids) {
        this.wrapping = wrapping;
        this.primaryId = primaryId;
        this.ids = ids;
    }

    /** @throws GeneralSecurityException if a key is not AES-256-GCM or the set has no primary */
    static VaultKeys of(KeysetHandle keyset) throws GeneralSecurityException {
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < keyset.size(); i++) {
            KeysetHandle.Entry entry = keyset.getAt(i);
            if (!entry.getKey().getParameters().equals(PredefinedAeadParameters.AES256_GCM)) {
                throw new GeneralSecurityException("a key of another kind");
            }
            ids.add(Integer.toUnsignedLong(entry.getId()));
        }
        return new VaultKeys(
                keyset.getPrimitive(RegistryConfiguration.get(), Aead.class),
                Integer.toUnsignedLong(keyset.getPrimary().getId()),
                Set.copyOf(ids));
    }

    boolean knows(long keyId) {
        return ids.contains(keyId);
    }

    Set<Long> ids() {
        return ids;
    }

    long primaryId() {
        return primaryId;
    }

    byte[] wrap(byte[] dataKey, SealContext context) throws GeneralSecurityException {
        return wrapping.encrypt(dataKey, context.associatedData(SealContext.Layer.WRAPPED_KEY));
    }

    byte[] unwrap(byte[] wrappedKey, SealContext context) throws GeneralSecurityException {
        return wrapping.decrypt(wrappedKey, context.associatedData(SealContext.Layer.WRAPPED_KEY));
    }

    @Override
    public String toString() {
        return "VaultKeys[" + ids.size() + " keys, primary=" + primaryId + "]";
    }
}
