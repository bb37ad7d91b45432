/**
 * What goes with an account that is removed, counted before it is.
 *
 * <p>{@link dev.mailroom.account.removal.RemovalPreview} counts what this service has itself, and asks sync-service and rules-service, at
 * the same time, for what they have of the account. An answer that does not come in time leaves a count open, with a sentence that says so: nobody is kept from removing an account
 * because a service is away.
 */
@NullMarked
package dev.mailroom.account.removal;

import org.jspecify.annotations.NullMarked;
