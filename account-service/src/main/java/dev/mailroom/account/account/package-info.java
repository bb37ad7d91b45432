/**
 * The life of an account: connect, change, pause, resume, reconnect, remove.
 *
 * <p>A request is read into {@code ConnectRequest} or {@code ChangeRequest}, checked field by field, and becomes a use case of
 * {@code Accounts}. A log-in is tried before anything is written. Then one transaction locks the account, writes the row and its sealed
 * credential and appends the event; the lock makes the events of an account leave in the order of its revisions. {@code SyncStatusConsumer}
 * takes over the state that sync-service reports, so that this service can show it.
 */
@NullMarked
package dev.mailroom.account.account;

import org.jspecify.annotations.NullMarked;
