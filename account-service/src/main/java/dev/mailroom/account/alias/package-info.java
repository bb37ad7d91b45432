/**
 * The addresses an account sends from.
 *
 * <p>An account has at least one alias, the default one, which is made with it. {@code AliasResource} reads a request, {@code AliasCheck}
 * names every fault, {@code Aliases} writes the rows under the lock of the account and has the account say its new state, so that the
 * event about an alias is a revision of its account like any other. The account is behind {@link
 * dev.mailroom.account.alias.AliasedAccounts}, because it needs the aliases for its events. An alias can be a shared address: others may
 * read the mail addressed to it, once a link mailed to the address was followed ({@code SharedAddresses}).
 */
@NullMarked
package dev.mailroom.account.alias;

import org.jspecify.annotations.NullMarked;
