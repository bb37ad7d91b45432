package dev.mailroom.send.account;

/** The credential cannot be had now; it says nothing about the credential or the mail. */
public final class CredentialUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    CredentialUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    CredentialUnavailableException(String message) {
        super(message);
    }
}
