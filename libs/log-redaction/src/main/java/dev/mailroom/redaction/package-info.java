/**
 * Keeps secrets out of the logs, whoever logs them.
 *
 * <p>Passwords are a type of their own that prints as stars; this is the net below it, for libraries that write what they send.
 * {@link dev.mailroom.redaction.Redaction} knows what a secret looks like in a line: the arguments of a log-in, SASL answers in base64,
 * bearer tokens, user information in a URL, JSON fields with telling names. {@link dev.mailroom.redaction.RedactionFilter} applies it to
 * every record, with its throwable, before a handler of the service formats it.
 */
@NullMarked
package dev.mailroom.redaction;

import org.jspecify.annotations.NullMarked;
