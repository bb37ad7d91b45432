package dev.mailroom.vault;

import org.jspecify.annotations.Nullable;

/** The vault refused. The message is one line for an operator and never holds key material or plaintext. */
public final class VaultException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What a caller can do about it. */
    public enum Reason {
        /** The key file is missing, open to others, malformed or cannot be written: an operator must act. */
        KEY_FILE,
        /** The envelope was wrapped by a key that the key file does not hold: an older or a newer key file is needed. */
        UNKNOWN_KEY,
        /** Not an envelope of this vault, or above its size limit. */
        MALFORMED,
        /** The envelope was changed, or belongs to another organization, account or purpose. */
        NOT_AUTHENTIC,
        /** The secret given is empty or too long to be sealed. */
        SECRET_SIZE
    }

    private final Reason reason;

    VaultException(Reason reason, String message) {
        this(reason, message, null);
    }

    VaultException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
