package dev.mailroom.account.alias;

import java.util.UUID;

/** What an alias has to know of its account. */
public record AliasedAccount(UUID id, UUID organization, UUID owner, String displayName) {}
