/**
 * Certificates for test servers, good ones and each kind of bad one.
 *
 * <p>{@link dev.mailroom.testkit.tls.TestCertificates} is an authority; it issues {@link dev.mailroom.testkit.tls.ServerCertificate}s, which
 * know how to become PEM files, a key store file, or the {@code SSLContext} of a server.
 */
@NullMarked
package dev.mailroom.testkit.tls;

import org.jspecify.annotations.NullMarked;
