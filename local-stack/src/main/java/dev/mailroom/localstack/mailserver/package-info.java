/**
 * A mail server in this JVM for trying Mailroom out: IMAP and SMTP with TLS, two people, and the mail of one of them.
 *
 * <p>{@link dev.mailroom.localstack.mailserver.SampleMail} writes the mail, always the same; {@link
 * dev.mailroom.localstack.mailserver.ServerAuthority} issues the certificate that the services are told to trust. It keeps mail in memory:
 * a new start begins anew.
 */
@NullMarked
package dev.mailroom.localstack.mailserver;

import org.jspecify.annotations.NullMarked;
