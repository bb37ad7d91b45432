package dev.mailroom.account.contact;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a row whose address a contact already has. */
public enum OnDuplicate {
    /** The contact stays as it is. */
    @JsonProperty("skip")
    SKIP,
    /** The contact gets what the row knows. */
    @JsonProperty("update")
    UPDATE
}
