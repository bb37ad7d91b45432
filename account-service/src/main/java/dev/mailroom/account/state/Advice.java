package dev.mailroom.account.state;

import org.jspecify.annotations.Nullable;

/**
 * What a state means to a person.
 *
 * @param action for a program
 * @param what happened, one sentence
 * @param todo what the person can do; null where there is nothing to do
 */
public record Advice(Action action, String what, @Nullable String todo) {
    /** States in which mail comes in. */
    public static boolean isWorking(String state) {
        return state.equals("live") || state.equals("importing");
    }

    /** States that last until somebody or something outside changes. */
    public static boolean isTrouble(String state) {
        return state.equals("disconnected") || asksForPerson(state);
    }

    /** States that end only when a person does something. */
    public static boolean asksForPerson(String state) {
        return state.equals("auth_failed") || state.equals("needs_action");
    }

    /**
     * The advice for a state; one that is not known is passed over in calm words.
     *
     * @param category why, where the state has a reason
     */
    public static Advice of(String state, @Nullable String category) {
        return switch (state) {
            case "connecting" -> connecting(category);
            case "importing" -> new Advice(Action.NONE, "Mail comes in, and older mail is being imported.", null);
            case "live" -> new Advice(Action.NONE, "Mail comes in.", null);
            case "paused" ->
                new Advice(Action.RESUME, "The account is paused.", "Resume the account when it shall go on.");
            case "throttled" ->
                new Advice(
                        Action.WAIT,
                        "The mail server asks for fewer requests.",
                        "Nothing to do: Mailroom tries again by itself, more slowly. Closing other mail programs helps.");
            case "auth_failed" -> refused(category);
            case "disconnected" -> disconnected(category);
            case "needs_action" -> needsAction(category);
            default -> new Advice(Action.WAIT, "The state of the account is " + word(state) + ".", null);
        };
    }

    private static Advice connecting(@Nullable String category) {
        String what =
                switch (category == null ? "" : category) {
                    case "" -> "Mailroom is connecting to the mail server.";
                    case "credentials_refused", "app_password_needed", "domain_user_needed" ->
                        "The mail server refused the log-in. Mailroom tries again by itself before it asks for the password.";
                    case "credentials_unavailable", "internal" ->
                        "Mailroom cannot sync the mailbox because of a fault of its own, and tries again by itself.";
                    default -> "Mailroom has no connection to the mail server and tries again by itself.";
                };
        return new Advice(Action.WAIT, what, null);
    }

    private static Advice refused(@Nullable String category) {
        if ("app_password_needed".equals(category)) {
            return new Advice(
                    Action.CHANGE_PASSWORD,
                    "The provider no longer takes the normal password.",
                    "Make an app password in the security settings of the mailbox and enter it in Mailroom.");
        }
        if ("domain_user_needed".equals(category)) {
            return new Advice(
                    Action.CHANGE_PASSWORD,
                    "The Exchange server refuses the user name or the password.",
                    "Enter the user name as DOMAIN\\user or as user@domain, and the password again; the administrator of the"
                            + " server knows the domain.");
        }
        return new Advice(
                Action.CHANGE_PASSWORD,
                "The mail server refuses the user name or the password.",
                "Enter the password again. Mailroom tries no further log-in until then, so that the mailbox is not locked.");
    }

    private static Advice disconnected(@Nullable String category) {
        if ("credentials_unavailable".equals(category) || "internal".equals(category)) {
            return new Advice(
                    Action.CONTACT_OPERATOR,
                    "Mailroom has not been able to sync the mailbox for 30 minutes because of a fault of its own.",
                    "Nothing is wrong with the mailbox. Mailroom goes on trying; tell the operator of this installation if it"
                            + " lasts.");
        }
        return new Advice(
                Action.RECONNECT,
                "The mail server could not be reached for 30 minutes.",
                "Mailroom goes on trying by itself. Check with the provider whether the server is down; choose Reconnect when it"
                        + " is back and you do not want to wait.");
    }

    private static Advice needsAction(@Nullable String category) {
        return switch (category == null ? "" : category) {
            case "mailboxes_not_configured" ->
                new Advice(
                        Action.CHOOSE_MAILBOXES,
                        "It is not known which folders are Archive, Sent, Trash and Spam.",
                        "Choose a folder for each of them in the settings of the account; make a new folder where one is"
                                + " missing.");
            case "certificate_untrusted", "certificate_self_signed", "certificate_expired", "certificate_wrong_host" ->
                new Advice(
                        Action.CONTACT_PROVIDER,
                        "The certificate of the mail server is not valid: " + certificate(category) + ".",
                        "Nothing is sent to a server that cannot prove who it is. Ask its administrator to renew or correct the"
                                + " certificate, then choose Reconnect.");
            case "protocol_disabled", "auth_mechanism_missing" ->
                new Advice(
                        Action.CHANGE_PROVIDER_SETTINGS,
                        "IMAP is switched off for the mailbox.",
                        "Switch IMAP on in the settings of the mailbox at its provider, or have its administrator do it.");
            case "over_quota" ->
                new Advice(
                        Action.CHANGE_PROVIDER_SETTINGS,
                        "The mailbox is full.",
                        "Delete mail or get more room at the provider.");
            case "address_not_allowed" ->
                new Advice(
                        Action.CONTACT_OPERATOR,
                        "The address of the mail server may not be reached from here any more.",
                        "Ask the operator of this installation to allow it.");
            case "not_tls", "starttls_unavailable", "privacy_required" ->
                new Advice(
                        Action.CONTACT_PROVIDER,
                        "The mail server no longer offers the encryption that was chosen for the account.",
                        "Ask the provider for the right port and encryption. Nothing is sent unencrypted.");
            case "tls_too_old" ->
                new Advice(
                        Action.CONTACT_PROVIDER,
                        "The mail server offers only versions of TLS that are no longer safe.",
                        "Ask its administrator to switch on TLS 1.2 or 1.3, then choose Reconnect.");
            case "starttls_injection", "preauth_refused" ->
                new Advice(
                        Action.CONTACT_PROVIDER,
                        "The connection to the mail server was tampered with before it was encrypted.",
                        "Use a port with TLS from the beginning, and ask the provider if it happens again.");
            case "not_the_protocol" ->
                new Advice(
                        Action.CONTACT_PROVIDER,
                        "What answers at the address of the mail server is no mail server.",
                        "Ask the provider whether the server has moved.");
            default ->
                new Advice(
                        Action.CONTACT_PROVIDER,
                        "The mail server asks to contact its administrator.",
                        "The mailbox is blocked or not set up on the server: its administrator has to look at it. Then choose"
                                + " Reconnect.");
        };
    }

    private static String certificate(@Nullable String category) {
        return switch (category == null ? "" : category) {
            case "certificate_expired" -> "it has expired";
            case "certificate_wrong_host" -> "it belongs to another name";
            case "certificate_self_signed" -> "it is self-signed";
            default -> "it is of an unknown authority";
        };
    }

    private static String word(String state) {
        return state.replace('_', ' ');
    }
}
