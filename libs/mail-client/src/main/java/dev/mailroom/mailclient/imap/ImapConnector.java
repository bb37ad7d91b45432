package dev.mailroom.mailclient.imap;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Deadline;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.GuardedSocket;
import java.io.IOException;

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
        return talk(endpoint, channel -> {
            ImapLogin login = new ImapLogin(channel);
            login.run(endpoint, credentials);
            return new AngusImapSession(channel, login.enabled(), login.identity());
        });
    }

    /**
     * Goes as far as one can without a user name: TCP, encryption, certificate, greeting, and a way to log in with a password.
     *
     * @throws MailException naming the stage at which it ended
     * @throws InterruptedException if the thread was interrupted; nothing stays open
     */
    public void probe(Endpoint endpoint) throws MailException, InterruptedException {
        talk(endpoint, channel -> {
            new ImapLogin(channel).tryWithoutCredentials(endpoint);
            return endpoint;
        });
    }

    @FunctionalInterface
    private interface Talk<T> {
        T over(ImapChannel channel) throws MailException;
    }

    private <T> T talk(Endpoint endpoint, Talk<T> talk) throws MailException, InterruptedException {
        GuardedSocket socket = connector.open(endpoint);
        try (Deadline deadline = socket.deadline(limits.loginDeadline())) {
            try {
                return talk.over(
                        new ImapChannel(socket, limits, connector.timeouts().read()));
            } catch (MailException failure) {
                socket.abort();
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while logging in");
                }
                boolean slow = deadline.missed() && failure.category() == Category.CONNECTION_LOST;
                throw slow ? MailException.of(failure.stage(), tooSlow(failure.stage()), failure) : failure;
            } catch (IOException broken) {
                socket.abort();
                throw MailException.of(Stage.GREETING, Category.CONNECTION_LOST, broken);
            }
        }
    }

    private static Category tooSlow(Stage stage) {
        return stage == Stage.GREETING ? Category.GREETING_TIMEOUT : Category.DEADLINE_EXCEEDED;
    }
}
