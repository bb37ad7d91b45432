package dev.mailroom.account.alias;

import java.util.UUID;

/**
 * What an alias has to know of its account.
 *
 * @param personal true where nobody but the owner sends as its aliases, managers included, unless an alias says so
 */
public record AliasedAccount(UUID id, UUID organization, UUID owner, String displayName, boolean personal) {}
