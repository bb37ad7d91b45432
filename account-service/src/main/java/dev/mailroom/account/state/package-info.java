/**
 * What the states of an account mean to a person.
 *
 * <p>sync-service reports a state and a category, both stable words. {@link dev.mailroom.account.state.Advice} turns them into one word for
 * a program that shows a button, and two sentences for a person: what happened and what to do. The table is documented in
 * {@code docs/account-states.md}; nothing in it comes from a mail server.
 */
@NullMarked
package dev.mailroom.account.state;

import org.jspecify.annotations.NullMarked;
