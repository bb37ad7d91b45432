/**
 * Who changed what, written in the transaction of the change.
 *
 * <p>Whoever changes something that people or operators can change calls {@link dev.mailroom.account.audit.Audit#record} with the session
 * of the change: {@code audit.record(session, viewer.actor(), AuditEntry.of("alias.added", "alias", id).field("address", null, address))}.
 * An action is {@code <subject>.<past participle>} ({@code account.paused}, {@code team.changed}). Values of harmless fields are kept as
 * text; of secrets, mail content and signatures only the name is, with {@link dev.mailroom.account.audit.AuditEntry#hidden}. The package
 * knows no other feature, so that all of them may use it; reading and forgetting is the package {@code trail}.
 */
@NullMarked
package dev.mailroom.account.audit;

import org.jspecify.annotations.NullMarked;
