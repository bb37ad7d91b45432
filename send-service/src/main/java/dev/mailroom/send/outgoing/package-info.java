/**
 * Takes mail to be sent and keeps its state until the end.
 *
 * <p>{@link dev.mailroom.send.outgoing.Submissions} turns a request of a person or of a rule into an {@link
 * dev.mailroom.send.outgoing.OutgoingRow}, its bytes and its recipients, once for each Idempotency-Key or event. States go {@code scheduled
 * | queued → sending → accepted | partially_accepted | deferred | rejected | unknown}; {@code deferred} and {@code partially_accepted} go
 * on while {@code nextAttemptAt} is set. Nothing leaves {@code unknown} but a person's decision. Each change and its event share a
 * transaction. {@link dev.mailroom.send.outgoing.DueBell} tells the delivery of this replica that something is due.
 */
@NullMarked
package dev.mailroom.send.outgoing;

import org.jspecify.annotations.NullMarked;
