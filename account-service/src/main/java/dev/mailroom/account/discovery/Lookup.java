package dev.mailroom.account.discovery;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What was looked for in one place. */
public record Lookup(
        Source source,
        Outcome outcome,

        @Schema(description = "What was asked, for a person", examples = "SRV records _imaps._tcp.example.com …")
        String asked) {

    /** How a look-up ended. */
    public enum Outcome {
        @JsonProperty("found")
        FOUND,
        @JsonProperty("nothing")
        NOTHING,
        /** The domain says itself that it has no such service (RFC 6186 section 3.4). */
        @JsonProperty("not_offered")
        NOT_OFFERED,
        /** There was an answer that cannot be used, or no way to get one. */
        @JsonProperty("failed")
        FAILED,
        /** Nothing came within the time limit. */
        @JsonProperty("timeout")
        TIMEOUT
    }
}
