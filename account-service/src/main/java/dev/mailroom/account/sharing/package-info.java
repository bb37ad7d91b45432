/**
 * Whom something is shared with: checks what a client names against the directory, and resolves teams to the people in them.
 *
 * <p>{@link dev.mailroom.account.sharing.Audiences} is used with the account locked, so that what an event says is at least as new as
 * what any earlier one said; {@link dev.mailroom.account.sharing.SharingCheck} before, because it holds the directory.
 */
@NullMarked
package dev.mailroom.account.sharing;

import org.jspecify.annotations.NullMarked;
