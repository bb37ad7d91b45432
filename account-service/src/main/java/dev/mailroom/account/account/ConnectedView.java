package dev.mailroom.account.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A new account, and which of its servers Mailroom found itself. */
public record ConnectedView(
        @JsonUnwrapped AccountView account,

        @Schema(description = "Only where the request left out imap or smtp")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        FoundServers discovered) {}
