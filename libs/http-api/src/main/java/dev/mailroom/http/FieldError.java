package dev.mailroom.http;

/**
 * One thing that is wrong with the input.
 *
 * @param pointer JSON pointer (RFC 6901) into the body, for example {@code /imap/port}; {@code ?name} for a query parameter and
 *     {@code #Name} for a header
 * @param message what is wrong and what would be right
 */
public record FieldError(String pointer, String message) {}
