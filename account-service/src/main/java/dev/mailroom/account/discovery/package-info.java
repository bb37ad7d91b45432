/**
 * Finds the servers of a mailbox from its address, so that most people need no more than address and password.
 *
 * <p>{@link dev.mailroom.account.discovery.Discovery} looks into {@code providers.json} first: what is known there needs no look-up at
 * all. Else it asks, side by side and within one time limit, the SRV records of the domain (RFC 6186, RFC 8314), the domain's own
 * autoconfig file over HTTPS, the MX records for a hosting provider that the file knows, and the names that mail servers usually have.
 * What does not answer in time is left out: the answer is partial, never an error. Everything leaves through the same guard as a
 * log-in, the address is told to nobody but servers of its own domain, and no password is ever part of it.
 *
 * <p>A server that only the DNS vouches for and that is neither of the domain nor of a known provider needs a person's confirmation
 * (RFC 6186 section 6): whoever can forge an answer of the DNS would else be sent the password.
 */
@NullMarked
package dev.mailroom.account.discovery;

import org.jspecify.annotations.NullMarked;
