/**
 * Hands a finished message to the submission server of an account, and knows at every moment how far it came.
 *
 * <p>{@link dev.mailroom.mailclient.smtp.SmtpTransport} opens a guarded connection for each message and never shares one. The dialogue is
 * Angus' {@code SMTPTransport} below its {@code sendMessage}: connecting, STARTTLS and log-in are its own, the mail transaction is ours, so
 * that each recipient keeps its reply and the caller hears of the final dot before it is written. All bytes from the server pass a bounded
 * reader ({@code WireSocket}), which also sees plain text that was injected behind the answer to STARTTLS.
 *
 * <p>The result is a {@link dev.mailroom.mailclient.smtp.SmtpOutcome}. Only a failure at or after the dot is {@code Unknown}: the server may
 * or may not have the message. Everything before is certain not to have been sent.
 */
@NullMarked
package dev.mailroom.mailclient.smtp;

import org.jspecify.annotations.NullMarked;
