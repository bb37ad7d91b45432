package dev.mailroom.account.account;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.mailroom.mailclient.Secret;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is to change; null and absent leave a field as it is. The servers are here to be refused with a helpful answer. */
@Schema(
        examples = {
            "{\"display_name\": \"Ana S.\", \"history\": \"5y\"}",
            "{\"username\": \"CORP\\\\ana\", \"password\": \"correct horse\"}",
            "{\"sharing\": {\"mode\": \"shared\", \"team\": \"0195d3c8-6f2b-7c1a-9a57-0d9c4a1f2b3c\","
                    + " \"users\": [\"0195d3c8-7a10-7e44-8f02-3b6d2c9e5a71\"], \"delivery\": \"team_inbox\"}}",
            "{\"sharing\": {\"mode\": \"shared\", \"everyone\": true}}"
        })
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
