package dev.mailroom.sync.message;

/** A limit of the parser was reached: it stops, and what was read so far counts. */
final class ParseLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ParseLimitException(String limit) {
        super(limit, null, false, false);
    }
}
