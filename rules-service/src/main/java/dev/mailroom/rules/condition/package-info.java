/**
 * What a rule asks of a message: a tree of groups and leaves, read from JSON, checked, and matched.
 *
 * <p>{@link dev.mailroom.rules.condition.ConditionReader} turns JSON into a {@link dev.mailroom.rules.condition.Condition} and
 * collects every fault with its JSON pointer; {@link dev.mailroom.rules.condition.Contradictions} finds trees that can never
 * match. {@link dev.mailroom.rules.condition.Matcher} asks the {@link dev.mailroom.rules.condition.Facts} of a message, with
 * text folded by {@link dev.mailroom.rules.condition.Folding}. All of it is pure: no clock, no database, no framework.
 */
@NullMarked
package dev.mailroom.rules.condition;

import org.jspecify.annotations.NullMarked;
