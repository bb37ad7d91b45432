package dev.mailroom.send.compose;

/**
 * A message that is ready to be sent.
 *
 * @param messageId the Message-ID header with its angle brackets
 * @param mime CRLF line ends, lines of at most 998 octets, ends with CRLF
 */
public record ComposedMail(String messageId, byte[] mime) {}
