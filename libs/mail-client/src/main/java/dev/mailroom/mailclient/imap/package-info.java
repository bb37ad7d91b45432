/**
 * One IMAP session with a server that is not trusted.
 *
 * <p>{@code ImapConnector} logs in and hands out an {@code ImapSession}, which one virtual thread owns. Below it lies our own subclass
 * of Angus' {@code IMAPProtocol}: the {@code Folder} API is not used, because its caches and event threads cost too much for thousands
 * of idle sessions and because limits against hostile servers are possible only here. Every answer has a bound in bytes, in lines and
 * in time. What a server says unasked is kept as {@code MailboxUpdate} until somebody drains it. After a failure that is not a plain
 * NO, the connection is closed and every further call fails.
 */
@NullMarked
package dev.mailroom.mailclient.imap;

import org.jspecify.annotations.NullMarked;
