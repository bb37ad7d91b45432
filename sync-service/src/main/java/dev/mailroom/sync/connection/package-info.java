/**
 * An account's connection to its server, opened politely.
 *
 * <p>{@code AccountConnector} takes a turn at the host's log-in limiter, opens the credentials for the moment of the log-in and hands out
 * a {@code Link}: the IMAP session with the account and the fence that its writes need. Everything that works on a mailbox gets a link
 * and nothing else. Readers, for whom somebody waits, have a line of their own at the limiter ({@code Patience}). The session's connection
 * is the first of an account; who wants the second asks {@code SecondConnections} for its place and {@code HostConnections} whether the
 * host lets it in.
 */
@NullMarked
package dev.mailroom.sync.connection;

import org.jspecify.annotations.NullMarked;
