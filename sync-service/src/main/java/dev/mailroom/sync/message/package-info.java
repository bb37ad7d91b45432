/**
 * What a message is, apart from where it lies.
 *
 * <p>{@code MessageParser} reads raw bytes that a stranger wrote, within limits, and never fails: what it could not read is marked.
 * {@code ContentKey} says when two copies are the same message. {@code Arrivals} turns parsed messages into rows and events in the
 * session's transaction: new messages, copies of known ones, and messages that moved. {@code Settling} keeps back the news of mail that the
 * provider may still move. What could not be fetched or stored is kept in
 * {@code Quarantine}. The resources show messages and stream raw bytes and attachments from the provider on demand, over connections
 * that live mail never waits for ({@code ProviderContent}); {@code SafeHtml} makes what a stranger wrote fit to be shown.
 */
@NullMarked
package dev.mailroom.sync.message;

import org.jspecify.annotations.NullMarked;
