package dev.mailroom.send.account;

import dev.mailroom.contracts.AccountState.Audience;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An address that mail of an account can be from.
 *
 * @param address lower case
 * @param name shown to recipients beside the address
 * @param senders who may send as it besides the owner of the account; null for whoever may use the account
 */
public record Alias(
        UUID id,
        String address,
        String name,
        boolean isDefault,
        @Nullable Audience senders) {}
