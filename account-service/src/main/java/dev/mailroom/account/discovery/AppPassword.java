package dev.mailroom.account.discovery;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether the password must be one that was made for mail programs. */
public enum AppPassword {
    @JsonProperty("no")
    NO,
    /** Only for a mailbox with two-step sign-in. */
    @JsonProperty("with_two_step")
    WITH_TWO_STEP,
    @JsonProperty("always")
    ALWAYS,
    /** Nobody has told. */
    @JsonProperty("unknown")
    UNKNOWN
}
