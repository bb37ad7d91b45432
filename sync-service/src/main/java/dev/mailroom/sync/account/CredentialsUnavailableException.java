package dev.mailroom.sync.account;

/** The password of an account cannot be had at the moment; trying later may help. The message says why, without any secret. */
public final class CredentialsUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    CredentialsUnavailableException(String why) {
        super(why);
    }
}
