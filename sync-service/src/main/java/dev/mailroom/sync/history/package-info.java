/**
 * The history import: old mail by window, newest first, with low priority.
 *
 * <p>{@code AccountImport} runs it on a thread and a connection of its own beside the session; where the host allows one connection only,
 * the session does it in slices between its looks at live mail. {@code ImportWindow} says from which day on. {@code HistoryImport} makes an
 * {@code ImportPlan} of each mailbox, then takes it in batch after batch, through an {@code ImportPipeline}: while one batch is fetched,
 * those before it are read and stored. {@code ClosingLook} makes up for what happened to messages on their way, {@code ImportProgress}
 * tells how far it is. The rows themselves are the checkpoint: what is stored or quarantined is not fetched again, so an import goes on
 * after any crash, widens when the window widens, and survives a renumbered mailbox.
 */
@NullMarked
package dev.mailroom.sync.history;

import org.jspecify.annotations.NullMarked;
