/**
 * Owns outgoing mail from its acceptance to its final outcome.
 *
 * <p>{@code outgoing} takes mail and keeps its state, {@code compose} makes its bytes once, {@code delivery} hands them to the account's
 * submission server, {@code account} keeps what that needs to know of the account. Every change of state and its event are one transaction.
 */
@NullMarked
package dev.mailroom.send;

import org.jspecify.annotations.NullMarked;
