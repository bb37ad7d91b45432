/**
 * The history import: old mail by window, newest first, in slices between the looks at live mail.
 *
 * <p>{@code ImportWindow} says from which day on. {@code HistoryImport} plans each mailbox (how many messages lie in the window), then
 * takes in a bounded batch per call. The rows themselves are the checkpoint: what is stored or quarantined is not fetched again, so an
 * import goes on after any crash, widens when the window widens, and survives a renumbered mailbox.
 */
@NullMarked
package dev.mailroom.sync.history;

import org.jspecify.annotations.NullMarked;
