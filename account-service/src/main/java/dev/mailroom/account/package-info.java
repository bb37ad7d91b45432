/**
 * account-service: connects mailboxes and says so.
 *
 * <p>{@code account} holds the life of an account from connecting to removal and its HTTP interface, {@code verification} tries a log-in
 * and explains what went wrong, {@code discovery} finds the servers of an address, {@code credential} keeps passwords sealed, {@code
 * state} says what a state means to a person, {@code notice} mails it to the owner, {@code removal} counts what goes with an account,
 * {@code organization} knows the tenant and closes the database to all others. A change of an account, its sealed credential and the
 * event about it are one transaction.
 */
@NullMarked
package dev.mailroom.account;

import org.jspecify.annotations.NullMarked;
