package dev.mailroom.account.account;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.mailroom.mailclient.Secret;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is to change; null and absent leave a field as it is. The servers are here to be refused with a helpful answer. */
@Schema(examples = "{\"display_name\": \"Ana S.\", \"history\": \"5y\"}")
public record ChangeRequest(
        @Nullable String displayName,
        @Nullable String username,

        @JsonDeserialize(using = SecretDeserializer.class)
        @Schema(implementation = String.class, format = "password", writeOnly = true)
        @Nullable
        Secret password,

        @Nullable History history,
        @Nullable SharingRequest sharing,
        @Nullable Sidebar sidebar,

        @Schema(description = "Refused with 409 unless it is what the account has") @Nullable
        ServerRequest imap,

        @Schema(description = "Refused with 409 unless it is what the account has") @Nullable
        ServerRequest smtp) {}
