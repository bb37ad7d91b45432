package dev.mailroom.account.discovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mailroom.contracts.AccountState.Server;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Settings that may be the right ones. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Candidate(
        @Schema(description = "Where the settings come from; guess means that only a host of a usual name exists")
        Source source,

        @Schema(description = "Whose servers these are, where it is known", examples = "Fastmail") @Nullable
        String provider,

        @Schema(description = "False if no password opens such a mailbox; the note says why")
        boolean possible,

        @Schema(
                description =
                        "True if only the DNS says so, and the servers are neither of the domain nor of a provider that we"
                                + " know: show them to a person before a password is sent there")
        boolean needsConfirmation,

        @Nullable Server imap,
        @Nullable Server smtp,

        @Schema(description = "User name with {email}, {local} and {domain}", examples = "{email}")
        String usernameTemplate,

        @Schema(description = "The user name for this address", examples = "ana@example.com")
        String username,

        @Schema(description = "Whether the password must be one made for mail programs")
        AppPassword appPassword,

        @Schema(description = "What a person has to do or know first") @Nullable
        String note,

        @Schema(description = "What the provider allows at a time, in an hour or in a day") @Nullable
        String limits) {

    boolean hasServer() {
        return imap != null || smtp != null;
    }
}
