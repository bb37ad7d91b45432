package dev.mailroom.embedded;

/** The port asked for belongs to another process. */
public final class PortTakenException extends EmbeddedServerException {

    private static final long serialVersionUID = 1L;

    private final int port;

    /** @param server who wanted the port, for example {@code PostgreSQL} */
    public PortTakenException(String server, int port) {
        super("port " + port + " for " + server + " is taken by another process");
        this.port = port;
    }

    /** The port, 1..65535. */
    public int port() {
        return port;
    }
}
