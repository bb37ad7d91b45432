/**
 * Who may see what: the one place where this is decided.
 *
 * <p>The content of an account is for its owner and the audience that account-service names; owners and admins of the organization may
 * see how every account is doing, and no more. Who may read an address of an account sees the messages to it, and nothing else of the
 * account. {@code Access} decides about one account; {@code Grants} are all accounts and addresses that a viewer may read, as a condition
 * on copies; {@code Timeline} walks through copies, newest first, without touching those of other accounts. What a viewer may not see does
 * not exist for him.
 */
@NullMarked
package dev.mailroom.sync.access;

import org.jspecify.annotations.NullMarked;
