/**
 * A submission server that misbehaves on request, for tests of sending.
 *
 * <p>{@link dev.mailroom.testkit.smtp.ScriptedSmtpServer} speaks enough SMTP to take mail, on loopback and a free port, with implicit TLS or
 * STARTTLS. A test tells it at which {@link dev.mailroom.testkit.smtp.SmtpStep} to do what ({@link dev.mailroom.testkit.smtp.SmtpFault}) and
 * afterwards asks what it took: {@code accepted()} are the messages that it took responsibility for, whether or not the client heard of it.
 */
@NullMarked
package dev.mailroom.testkit.smtp;

import org.jspecify.annotations.NullMarked;
