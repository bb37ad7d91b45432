package dev.mailroom.mailclient.smtp;

import dev.mailroom.mailclient.Secret;

/**
 * A user name, taken as it is ({@code DOMAIN\\user} included), and its password.
 *
 * @param username not blank, at most 320 characters, without control characters
 */
public record SmtpCredentials(String username, Secret password) {
    private static final int USERNAME_MAX_CHARS = 320;

    public SmtpCredentials {
        boolean control = username.chars().anyMatch(Character::isISOControl);
        if (username.isBlank() || username.length() > USERNAME_MAX_CHARS || control) {
            throw new IllegalArgumentException("not a user name");
        }
    }

    @Override
    public String toString() {
        return "SmtpCredentials[********]";
    }
}
