package dev.mailroom.embedded;

/**
 * A role that may log in.
 *
 * @param name lower case letters, digits and underscores, at most 63
 */
public record DatabaseRole(String name, String password) {

    /** The name alone: the password is a secret. */
    @Override
    public String toString() {
        return name;
    }
}
