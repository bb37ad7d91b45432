package dev.mailroom.mailclient.smtp;

import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Remedy;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Deadline;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.GuardedSocket;
import jakarta.mail.Session;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Submits messages (RFC 6409), each on a connection of its own: two accounts never share one.
 *
 * <p>Safe for any number of threads; every call blocks and belongs on a virtual thread. An interrupt ends it.
 */
public final class SmtpTransport {
    /** Says nothing about the machine it comes from (RFC 5321 section 4.1.3). */
    public static final String EHLO_NAME_DEFAULT = "[127.0.0.1]";

    /** Never sent. */
    private static final SmtpCredentials NOBODY = new SmtpCredentials("nobody", Secret.of(""));

    private final GuardedConnector connector;
    private final SmtpLimits limits;
    private final Session session;

    public SmtpTransport(GuardedConnector connector, SmtpLimits limits) {
        this(connector, limits, EHLO_NAME_DEFAULT);
    }

    /** @param ehloName a host name or an address literal in brackets */
    public SmtpTransport(GuardedConnector connector, SmtpLimits limits, String ehloName) {
        if (!ehloName.matches("[A-Za-z0-9.-]{1,253}|\\[[A-Fa-f0-9:.IPv]{2,64}]")) {
            throw new IllegalArgumentException("not a name for EHLO");
        }
        this.connector = connector;
        this.limits = limits;
        this.session = Session.getInstance(properties(ehloName));
    }

    /**
     * Submits a message.
     *
     * @param mime the whole message with CRLF line ends, lines of at most 998 octets
     * @param phases hears of each phase before it begins; what it throws leaves this method
     * @throws IllegalArgumentException if the message has a bare CR or LF, a NUL, a longer line, or is too large; nothing was connected
     * @throws InterruptedException if interrupted before the dot: certainly not sent. Later the result is {@code Unknown} and the
     *     interrupt flag stays set
     */
    public SmtpOutcome send(
            Endpoint endpoint,
            SmtpCredentials credentials,
            SmtpEnvelope envelope,
            byte[] mime,
            SmtpPhaseListener phases)
            throws InterruptedException {
        MimeForm.requireTransmittable(mime, limits.messageMaxBytes());
        Progress progress = new Progress(phases);
        MailTransaction transaction = null;
        GuardedSocket socket = null;
        try {
            progress.entering(SmtpPhase.CONNECT);
            socket = connector.open(endpoint);
            AngusDialogue dialogue = new AngusDialogue(session, socket, credentials, limits, progress);
            dialogue.logIn();
            transaction = new MailTransaction(dialogue, envelope, mime, progress);
            SmtpOutcome outcome = transaction.run();
            dialogue.quit();
            socket.close();
            return outcome;
        } catch (MailException failure) {
            if (Thread.interrupted()) {
                throw stopped(failure);
            }
            return beforeTheDot(failure, progress.phase, transaction);
        } finally {
            if (socket != null) {
                // Without the dot a server must discard what it has.
                socket.abort();
            }
        }
    }

    /**
     * Connects, logs in and leaves.
     *
     * @throws MailException at the stage that failed; the whole takes at most {@link SmtpLimits#verify()}
     * @throws InterruptedException if interrupted
     */
    public void verify(Endpoint endpoint, SmtpCredentials credentials) throws MailException, InterruptedException {
        talk(endpoint, credentials, AngusDialogue::logIn);
    }

    /**
     * Goes as far as one can without a user name: TCP, encryption, certificate, greeting, and a way to log in with a password.
     *
     * @throws MailException at the stage that failed; the whole takes at most {@link SmtpLimits#verify()}
     * @throws InterruptedException if interrupted
     */
    public void probe(Endpoint endpoint) throws MailException, InterruptedException {
        talk(endpoint, NOBODY, AngusDialogue::stopBeforeLogin);
    }

    @FunctionalInterface
    private interface Talk {
        void over(AngusDialogue dialogue) throws MailException;
    }

    private void talk(Endpoint endpoint, SmtpCredentials credentials, Talk talk)
            throws MailException, InterruptedException {
        GuardedSocket socket = connector.open(endpoint);
        Progress progress = new Progress(SmtpPhaseListener.NONE);
        try (Deadline deadline = socket.deadline(limits.verify())) {
            try {
                AngusDialogue dialogue = new AngusDialogue(session, socket, credentials, limits, progress);
                talk.over(dialogue);
                dialogue.quit();
                socket.close();
            } catch (MailException failure) {
                if (Thread.interrupted()) {
                    throw stopped(failure);
                }
                throw deadline.missed() ? tooSlow(progress.phase, failure) : failure;
            }
        } finally {
            socket.abort();
        }
    }

    private static MailException tooSlow(SmtpPhase phase, MailException failure) {
        return phase == SmtpPhase.GREETING
                ? MailException.of(Stage.GREETING, Category.GREETING_TIMEOUT, failure)
                : MailException.of(failure.stage(), Category.DEADLINE_EXCEEDED, failure);
    }

    private static SmtpOutcome beforeTheDot(
            MailException failure, SmtpPhase entered, @Nullable MailTransaction transaction) {
        String reason = failure.category().wireName();
        if (failure.remedy() == Remedy.REAUTHENTICATE) {
            return new SmtpOutcome.CredentialsRefused(reason, null);
        }
        boolean handshake = failure.stage() == Stage.TLS || failure.stage() == Stage.CERTIFICATE;
        SmtpPhase phase = handshake && entered == SmtpPhase.CONNECT ? SmtpPhase.TLS : entered;
        Map<String, RecipientResult> known = transaction == null ? Map.of() : transaction.recipientsSoFar();
        return new SmtpOutcome.Deferred(phase, reason, null, known);
    }

    private static InterruptedException stopped(MailException failure) {
        InterruptedException stop = new InterruptedException("interrupted before the end of the message");
        stop.initCause(failure);
        return stop;
    }

    private static Properties properties(String ehloName) {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.localhost", ehloName);
        properties.setProperty("mail.smtp.auth", "true");
        properties.setProperty("mail.smtp.auth.mechanisms", AngusDialogue.MECHANISMS);
        properties.setProperty("mail.smtp.sasl.enable", "false");
        properties.setProperty("mail.smtp.quitwait", "false");
        properties.setProperty("mail.debug.auth", "false");
        properties.setProperty("mail.event.scope", "session");
        return properties;
    }

    /** Remembers the furthest phase. */
    private static final class Progress implements SmtpPhaseListener {
        private final SmtpPhaseListener listener;
        private SmtpPhase phase = SmtpPhase.CONNECT;

        private Progress(SmtpPhaseListener listener) {
            this.listener = listener;
        }

        @Override
        public void entering(SmtpPhase next) {
            listener.entering(next);
            phase = next;
        }
    }
}
