/**
 * Opens connections to hosts that a user typed in.
 *
 * <p>{@code GuardedConnector} resolves a name once, checks every address against {@code OutboundPolicy}, connects to one of those very
 * addresses and keeps the name for SNI and for the certificate check, so that no second look-up can lead somewhere else. TLS 1.2 or
 * newer with verification is the only way to talk; users cannot switch it off. {@code Deadline} ends a dialogue at an absolute time by
 * closing the raw socket, because a read time-out starts anew with each byte that a slow server sends.
 */
@NullMarked
package dev.mailroom.mailclient.net;

import org.jspecify.annotations.NullMarked;
