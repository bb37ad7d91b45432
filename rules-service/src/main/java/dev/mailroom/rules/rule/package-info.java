/**
 * The rules themselves: their REST interface, their rows, and the sets of rules that are in force.
 *
 * <p>{@link dev.mailroom.rules.rule.RuleReader} checks what a person sends, {@link dev.mailroom.rules.rule.Rules} are the use
 * cases. Every write locks the organization's row in {@code rule_set} and raises its version; so do changes of accounts, which
 * arrive through {@link dev.mailroom.rules.rule.AccountEventConsumer}. {@link dev.mailroom.rules.rule.RulesInForce} keeps compiled
 * rules in memory and reads that version before each use, so a replica never runs what another one has changed.
 */
@NullMarked
package dev.mailroom.rules.rule;

import org.jspecify.annotations.NullMarked;
