/**
 * The accounts as account-service tells of them: whose rules see an account's mail, and which addresses are its own.
 *
 * <p>{@link dev.mailroom.rules.account.Accounts} keeps the highest revision it has seen of each account; an older event changes
 * nothing. A removed account stays as a row that says so. All methods work on the caller's session.
 */
@NullMarked
package dev.mailroom.rules.account;

import org.jspecify.annotations.NullMarked;
