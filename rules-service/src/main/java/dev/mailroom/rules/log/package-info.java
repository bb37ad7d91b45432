/**
 * What rules did: one row for each rule and event, kept for a while, and the question "how often did this rule run here".
 *
 * <p>{@link dev.mailroom.rules.log.RuleRuns} writes and reads rows on the caller's session; the pair of rule and event is unique,
 * which is the last guard against running twice. Rows name messages and rules by id and hold nothing of what was in a mail.
 */
@NullMarked
package dev.mailroom.rules.log;

import org.jspecify.annotations.NullMarked;
