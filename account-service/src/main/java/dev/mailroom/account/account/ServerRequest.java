package dev.mailroom.account.account;

import dev.mailroom.contracts.AccountState.Encryption;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A server as a client names it. */
public record ServerRequest(
        @Schema(examples = "imap.example.com", required = true) @Nullable
        String host,

        @Schema(examples = "993", description = "Default: the usual port of the encryption") @Nullable
        Integer port,

        @Schema(description = "Default: the usual one of the port, else tls for IMAP and starttls for SMTP") @Nullable
        Encryption encryption) {}
