/**
 * IMAP servers for tests.
 *
 * <p>{@code ScriptedImapServer} says exactly what a test tells it to, over real sockets, with or without TLS: it is the way to be a
 * hostile, slow or broken server. {@code DovecotServer} runs the real Dovecot where it is installed. Package {@code provider} has servers
 * that behave as providers are documented to.
 */
@NullMarked
package dev.mailroom.testkit.imap;

import org.jspecify.annotations.NullMarked;
