/**
 * Files the copy of a sent message in the account's Sent mailbox, unless the provider already did.
 *
 * <p>The bytes come from send-service, which built them once, so that what lies in Sent is what was sent. Sent is looked at first; the
 * message is appended only if its Message-ID is not there, and the look is repeated after an answer that was lost: one copy, never two.
 */
@NullMarked
package dev.mailroom.sync.sent;

import org.jspecify.annotations.NullMarked;
