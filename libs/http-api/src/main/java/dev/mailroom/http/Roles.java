package dev.mailroom.http;

/** The values of a token's {@code roles} claim. */
public final class Roles {
    public static final String OWNER = "owner";
    public static final String ADMIN = "admin";
    public static final String MEMBER = "member";
    /** Another service of Mailroom; not bound to an organization. */
    public static final String SERVICE = "service";
    /** Who runs the installation. */
    public static final String OPERATOR = "operator";

    private Roles() {}
}
