package dev.mailroom.account.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What an account asks of a person, for a program that shows the right button. */
public enum Action {
    /** Nothing. */
    @JsonProperty("none")
    NONE,
    /** Nothing yet: it is tried again by itself. */
    @JsonProperty("wait")
    WAIT,
    /** Let a paused account go on. */
    @JsonProperty("resume")
    RESUME,
    /** Look whether the server is there, then connect anew. */
    @JsonProperty("reconnect")
    RECONNECT,
    /** Enter the user name or the password again, or an app password. */
    @JsonProperty("change_password")
    CHANGE_PASSWORD,
    /** Say which folders are Archive, Sent, Trash and Spam. */
    @JsonProperty("choose_mailboxes")
    CHOOSE_MAILBOXES,
    /** Change something in the settings of the mailbox at its provider. */
    @JsonProperty("change_provider_settings")
    CHANGE_PROVIDER_SETTINGS,
    /** Ask the administrator of the mail server. */
    @JsonProperty("contact_provider")
    CONTACT_PROVIDER,
    /** Ask the operator of this installation. */
    @JsonProperty("contact_operator")
    CONTACT_OPERATOR;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
