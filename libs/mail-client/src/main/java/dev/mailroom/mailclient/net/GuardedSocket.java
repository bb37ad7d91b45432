package dev.mailroom.mailclient.net;

import dev.mailroom.mailclient.failure.MailException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a checked address, in plain text until it is secured.
 *
 * <p>One thread owns it; only {@link #abort()} may be called from others.
 */
public final class GuardedSocket implements Closeable {
    private final GuardedConnector connector;
    private final Endpoint endpoint;
    private final Socket raw;
    private @Nullable Socket tls;

    GuardedSocket(GuardedConnector connector, Endpoint endpoint, Socket raw) {
        this.connector = connector;
        this.endpoint = endpoint;
        this.raw = raw;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** The socket to talk through: the TLS socket once there is one. */
    public Socket socket() {
        return tls == null ? raw : tls;
    }

    public boolean secured() {
        return tls != null;
    }

    public InputStream input() throws IOException {
        return socket().getInputStream();
    }

    public OutputStream output() throws IOException {
        return socket().getOutputStream();
    }

    /**
     * Does the TLS handshake and checks the certificate against the name of the endpoint. Forget every buffered byte and everything
     * learned before calling it.
     *
     * @throws MailException at stage TLS or CERTIFICATE; the socket is closed then
     */
    public void secure() throws MailException {
        if (tls == null) {
            tls = connector.handshake(raw, endpoint);
        }
    }

    /** Ends everything on this connection when the time is over, by closing the raw socket. */
    public Deadline deadline(Duration limit) {
        return Deadline.start(limit, this::abort);
    }

    /** The longest silence between two bytes while an answer is due. */
    public void readTimeout(Duration timeout) throws IOException {
        raw.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    }

    /** Closes the raw socket at once, without a word. Any thread. */
    public void abort() {
        try {
            raw.close();
        } catch (IOException alreadyGone) {
            // Nothing is left to be closed.
            return;
        }
    }

    /** Closes TLS and the socket; never waits longer than a second. */
    @Override
    public void close() {
        try (Deadline _ = deadline(Duration.ofSeconds(1))) {
            socket().close();
        } catch (IOException alreadyGone) {
            abort();
        } finally {
            abort();
        }
    }
}
