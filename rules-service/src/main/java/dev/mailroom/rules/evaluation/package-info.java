/**
 * From a received message to what the rules make of it.
 *
 * <p>{@link dev.mailroom.rules.evaluation.MailEventConsumer} hands each event to {@link dev.mailroom.rules.evaluation.Evaluations},
 * which takes three steps: read the rules that see the account's mail; let {@link dev.mailroom.rules.evaluation.RulePass} decide
 * them, away from the event loop; then, in one transaction with the inbox row, load what the guards need, let
 * {@link dev.mailroom.rules.evaluation.Planner} make runs, commands and events of it, and write them. Pass and planner are pure:
 * the same event and rules give the same ids, so a replay repeats and never adds.
 */
@NullMarked
package dev.mailroom.rules.evaluation;

import org.jspecify.annotations.NullMarked;
