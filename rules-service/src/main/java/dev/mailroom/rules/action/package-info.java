/**
 * What a rule asks for: its actions, read from JSON and checked.
 *
 * <p>{@link dev.mailroom.rules.action.ActionReader} turns JSON into {@link dev.mailroom.rules.action.Action}s and collects every
 * fault with its JSON pointer. {@link dev.mailroom.rules.action.Commands} makes the command on Kafka that an action stands for;
 * {@link dev.mailroom.rules.action.AutoReplies} decides whether a message may be answered by a machine at all (RFC 3834). All of
 * it is pure.
 */
@NullMarked
package dev.mailroom.rules.action;

import org.jspecify.annotations.NullMarked;
