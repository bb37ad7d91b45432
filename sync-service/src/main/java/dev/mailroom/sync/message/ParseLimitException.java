package dev.mailroom.sync.message;

/** A limit of the parser was reached: it stops, and what was read so far counts. */
final class ParseLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Shortfall shortfall;

    ParseLimitException(Shortfall shortfall) {
        super(shortfall.word(), null, false, false);
        this.shortfall = shortfall;
    }

    Shortfall shortfall() {
        return shortfall;
    }
}
