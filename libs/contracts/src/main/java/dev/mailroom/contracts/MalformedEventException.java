package dev.mailroom.contracts;

/** A Kafka record that is not what its topic promises. The message names the header or field, never the content. */
public final class MalformedEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedEventException(String message) {
        super(message);
    }
}
