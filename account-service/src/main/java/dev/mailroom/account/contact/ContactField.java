package dev.mailroom.account.contact;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What a column of a file can become. */
enum ContactField {
    @JsonProperty("name")
    NAME,
    @JsonProperty("first_name")
    FIRST_NAME,
    @JsonProperty("middle_name")
    MIDDLE_NAME,
    @JsonProperty("last_name")
    LAST_NAME,
    @JsonProperty("email")
    EMAIL,
    @JsonProperty("phone")
    PHONE,
    @JsonProperty("company")
    COMPANY,
    @JsonProperty("job_title")
    JOB_TITLE,
    @JsonProperty("notes")
    NOTES,
    /** The column is left out. */
    @JsonProperty("ignore")
    IGNORE;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
