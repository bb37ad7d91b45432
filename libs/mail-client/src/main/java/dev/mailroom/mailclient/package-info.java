/**
 * What IMAP and SMTP share: a secret that does not print itself.
 *
 * <p>The parts are in the packages below: {@code net} opens guarded connections, {@code failure} names what went wrong, {@code imap}
 * and {@code smtp} speak the protocols. None of them trusts the server on the other side.
 */
@NullMarked
package dev.mailroom.mailclient;

import org.jspecify.annotations.NullMarked;
