package dev.mailroom.sync;

import dev.mailroom.contracts.AccountState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** An account whose servers nobody can reach. */
public final class UnreachableAccount {
    private UnreachableAccount() {}

    /** @param credential version of its password */
    public static AccountState of(
            UUID id, UUID organization, long revision, String history, boolean paused, long credential) {
        AccountState.Server server = new AccountState.Server("127.0.0.1", 1, AccountState.Encryption.TLS);
        return new AccountState(
                id,
                organization,
                revision,
                AccountState.Kind.IMAP,
                "user",
                "user@example.com",
                "user",
                server,
                server,
                history,
                paused,
                credential,
                List.of("user@example.com"),
                AccountState.Sharing.personal(),
                Instant.now().truncatedTo(ChronoUnit.MICROS));
    }
}
