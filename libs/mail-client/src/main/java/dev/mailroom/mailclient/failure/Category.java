package dev.mailroom.mailclient.failure;

import java.util.Locale;

/** What happened, with the remedy that usually fits. */
public enum Category {
    /** No such name, or a name without an address. */
    UNKNOWN_HOST(Remedy.RETRY),
    /** The name servers did not answer in time. */
    DNS_TIMEOUT(Remedy.RETRY),
    /** The host or port lies outside of what the policy permits. */
    ADDRESS_NOT_ALLOWED(Remedy.NEEDS_ACTION),
    CONNECTION_REFUSED(Remedy.RETRY),
    CONNECT_TIMEOUT(Remedy.RETRY),
    /** No route, network down. */
    UNREACHABLE(Remedy.RETRY),
    /** The server answered in plain text on a port that should speak TLS at once. */
    NOT_TLS(Remedy.NEEDS_ACTION),
    TLS_HANDSHAKE(Remedy.RETRY),
    /** The server speaks no version of TLS that is still safe: 1.2 is the oldest. */
    TLS_TOO_OLD(Remedy.NEEDS_ACTION),
    /** The certificate vouches for itself. */
    CERTIFICATE_SELF_SIGNED(Remedy.NEEDS_ACTION),
    /** An authority vouches for it that is not trusted, or the chain is not complete. */
    CERTIFICATE_UNTRUSTED(Remedy.NEEDS_ACTION),
    /** Or not valid yet. */
    CERTIFICATE_EXPIRED(Remedy.NEEDS_ACTION),
    CERTIFICATE_WRONG_HOST(Remedy.NEEDS_ACTION),
    /** The server does not offer STARTTLS, or refuses it: nothing was sent in the clear. */
    STARTTLS_UNAVAILABLE(Remedy.NEEDS_ACTION),
    /** Bytes were waiting behind the answer to STARTTLS: somebody on the way tampered with the dialogue. */
    STARTTLS_INJECTION(Remedy.NEEDS_ACTION),
    /** The server claims, without encryption, that we are logged in already. */
    PREAUTH_REFUSED(Remedy.NEEDS_ACTION),
    GREETING_TIMEOUT(Remedy.RETRY),
    /** Something answers, but it does not speak the expected protocol. */
    NOT_THE_PROTOCOL(Remedy.NEEDS_ACTION),
    CREDENTIALS_REFUSED(Remedy.REAUTHENTICATE),
    /** Refused, and an Exchange server was given a user name without a domain: it may want {@code DOMAIN\\user}. */
    DOMAIN_USER_NEEDED(Remedy.REAUTHENTICATE),
    /** The provider wants an app password instead of the normal one. */
    APP_PASSWORD_NEEDED(Remedy.REAUTHENTICATE),
    /** Too many connections or requests. */
    THROTTLED(Remedy.BACK_OFF),
    /** The server is there, but something behind it is not. */
    UNAVAILABLE(Remedy.BACK_OFF),
    /** IMAP or SMTP is switched off for this mailbox. */
    PROTOCOL_DISABLED(Remedy.NEEDS_ACTION),
    /** No authentication mechanism in common. */
    AUTH_MECHANISM_MISSING(Remedy.NEEDS_ACTION),
    PRIVACY_REQUIRED(Remedy.NEEDS_ACTION),
    CONTACT_ADMIN(Remedy.NEEDS_ACTION),
    /** The mailbox cannot be selected or used. */
    MAILBOX_REFUSED(Remedy.GIVE_UP),
    /** The server sent more than a well-behaved one would: the connection is closed. */
    LIMIT_EXCEEDED(Remedy.BACK_OFF),
    DEADLINE_EXCEEDED(Remedy.RETRY),
    CONNECTION_LOST(Remedy.RETRY),
    OVER_QUOTA(Remedy.NEEDS_ACTION),
    NO_SUCH_MAILBOX(Remedy.GIVE_UP),
    READ_ONLY(Remedy.GIVE_UP),
    /** NO or BAD without a reason that we know. */
    COMMAND_REFUSED(Remedy.GIVE_UP),
    /** The answer does not follow the protocol. */
    PROTOCOL_ERROR(Remedy.RETRY),
    /** Larger than our own limit; not fetched. */
    MESSAGE_TOO_LARGE(Remedy.GIVE_UP);

    private final Remedy remedy;

    Category(Remedy remedy) {
        this.remedy = remedy;
    }

    public Remedy remedy() {
        return remedy;
    }

    /** The name as it is written in JSON: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
