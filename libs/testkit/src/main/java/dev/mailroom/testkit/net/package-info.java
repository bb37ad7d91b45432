/**
 * A network that fails when a test wants it to.
 *
 * <p>{@code TcpProxy} stands between a client and a real server. It passes bytes on and cuts: all connections at once, or one in the
 * middle of an answer. It also holds them without a word, and slows what the server says. A {@code Tap} hears what is said before it arrives
 * and may keep it back; TLS can end at the proxy for that. {@code LongWay} is a link that is good and long, and counts round trips. {@code
 * TlsListener} is the door of servers that are written for tests.
 */
@NullMarked
package dev.mailroom.testkit.net;

import org.jspecify.annotations.NullMarked;
