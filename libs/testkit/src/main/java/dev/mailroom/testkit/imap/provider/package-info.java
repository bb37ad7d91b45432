/**
 * Mail providers as they are documented, with a mailbox behind their words.
 *
 * <p>{@code ProviderServer} speaks IMAP over TLS in the way of one {@code Provider}: its capabilities, its folders, its oddities. Behind it
 * stands {@code ProviderMailbox}, a mailbox in memory in which mail can be appended, copied, moved, flagged and expunged by any number of
 * connections; Gmail's is one of messages with labels. {@code Dialogue} reads commands and {@code Fetching} answers the longest of them. What a
 * server must not do without having offered it is refused, so that a client that does it fails.
 */
@NullMarked
package dev.mailroom.testkit.imap.provider;

import org.jspecify.annotations.NullMarked;
