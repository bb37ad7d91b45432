/**
 * The local copy of what account-service says of an account, and how its session is doing.
 *
 * <p>{@code Accounts} takes account events in the order of their revision, whatever order they come in, and tells changes of state to
 * the others. {@code Credentials} fetches the sealed password once per version, keeps it sealed in the row, and opens it only for the
 * moment of a log-in. The resource shows state and import progress, also as a stream.
 */
@NullMarked
package dev.mailroom.sync.account;

import org.jspecify.annotations.NullMarked;
