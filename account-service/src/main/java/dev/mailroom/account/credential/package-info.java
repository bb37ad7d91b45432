/**
 * Passwords of mailboxes, always sealed.
 *
 * <p>{@link dev.mailroom.account.credential.Credentials} seals a password for its account and keeps the envelope in the transaction that
 * writes the account. Other services fetch the envelope, never the password, and open it with the same key file. After a rotation of the
 * key file every envelope is wrapped again, in small transactions, without opening it.
 */
@NullMarked
package dev.mailroom.account.credential;

import org.jspecify.annotations.NullMarked;
