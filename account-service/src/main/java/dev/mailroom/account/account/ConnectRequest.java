package dev.mailroom.account.account;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.mailroom.contracts.AccountState.Kind;
import dev.mailroom.mailclient.Secret;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The form "add account" as a client sends it; {@link AccountForm} checks it and fills in the defaults. */
@Schema(examples = {ConnectRequest.EXAMPLE, ConnectRequest.WITHOUT_SERVERS})
public record ConnectRequest(
        @Schema(required = true) @Nullable Kind kind,

        @Schema(required = true, maxLength = AccountForm.DISPLAY_NAME_MAX_CHARACTERS) @Nullable
        String displayName,

        @Schema(required = true, maxLength = AccountForm.EMAIL_MAX_CHARACTERS) @Nullable
        String email,

        @Schema(description = "Default: the email address. DOMAIN\\user is taken as it is") @Nullable
        String username,

        @JsonDeserialize(using = SecretDeserializer.class)
        @Schema(required = true, implementation = String.class, format = "password", writeOnly = true)
        @Nullable
        Secret password,

        @Schema(description = "Left out: Mailroom looks for it, see /v1/providers") @Nullable
        ServerRequest imap,

        @Schema(description = "Left out: Mailroom looks for it, see /v1/providers") @Nullable
        ServerRequest smtp,

        @Schema(description = "Default 1y; all needs a paid organization") @Nullable
        History history,

        @Schema(description = "Default personal") @Nullable SharingRequest sharing,
        @Schema(description = "Default pin_all") @Nullable Sidebar sidebar) {

    static final String WITHOUT_SERVERS = """
            {"kind": "imap", "display_name": "Ana Silva", "email": "ana@example.com", "password": "correct horse"}""";

    static final String EXAMPLE = """
            {"kind": "imap", "display_name": "Ana Silva", "email": "ana@example.com", "password": "correct horse",
             "imap": {"host": "imap.example.com", "port": 993, "encryption": "tls"},
             "smtp": {"host": "smtp.example.com", "port": 587, "encryption": "starttls"},
             "history": "1y", "sharing": {"mode": "personal"}, "sidebar": "pin_all"}""";
}
