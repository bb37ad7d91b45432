package dev.mailroom.mailclient.smtp;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.failure.Stage;
import dev.mailroom.mailclient.net.Deadline;
import dev.mailroom.mailclient.net.GuardedSocket;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.eclipse.angus.mail.smtp.SMTPOutputStream;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/**
 * One dialogue with one server: Angus' SMTP below {@code sendMessage}, with bounds on every reply and our own order of things.
 *
 * <p>Not reusable: after any {@link MailException} the connection is to be aborted. Used by one thread.
 */
final class AngusDialogue extends SMTPTransport {
    /** Tried in this order; the first one that the server offers is the only one. */
    static final String MECHANISMS = "PLAIN LOGIN";

    private static final int BUFFER_BYTES = 32 * 1024;

    private final SmtpLimits limits;
    private final SmtpCredentials credentials;
    private final SmtpPhaseListener phases;
    private final WireSocket wire;
    private final boolean startTls;
    private boolean withoutLogin;
    private boolean loggingIn;
    private @Nullable SmtpReply reply;
    private @Nullable Duration replyLimit;

    AngusDialogue(
            Session session,
            GuardedSocket socket,
            SmtpCredentials credentials,
            SmtpLimits limits,
            SmtpPhaseListener phases) {
        super(session, new URLName("smtp", socket.endpoint().host(), -1, null, null, null));
        this.limits = limits;
        this.credentials = credentials;
        this.phases = phases;
        this.wire = new WireSocket(socket, limits.replyMaxBytes());
        this.startTls = !socket.secured();
        setStartTLS(startTls);
    }

    /** The dialogue from the greeting to the end of the log-in. */
    void logIn() throws MailException {
        phases.entering(SmtpPhase.GREETING);
        try {
            connect(wire);
        } catch (Stopped stopped) {
            throw stopped.reason;
        } catch (MessagingException failure) {
            throw refusal(failure);
        }
    }

    /** The dialogue from the greeting to where the log-in would begin. */
    void stopBeforeLogin() throws MailException {
        withoutLogin = true;
        phases.entering(SmtpPhase.GREETING);
        try {
            connect(wire);
        } catch (LoginPossible arrived) {
            return;
        } catch (Stopped stopped) {
            throw stopped.reason;
        } catch (MessagingException failure) {
            throw refusal(failure);
        }
        throw new IllegalStateException("went past the place of the log-in");
    }

    /** Sends a command and reads its reply, whatever it is. */
    SmtpReply exchange(String command) throws MailException {
        try {
            synchronized (this) {
                simpleCommand(command.getBytes(StandardCharsets.UTF_8));
            }
        } catch (MessagingException failure) {
            throw broken(Stage.COMMAND, failure);
        }
        return validReply(Stage.COMMAND);
    }

    /** Writes the message up to, and not including, the line with the dot. */
    void writeBody(byte[] mime) throws MailException {
        try (Deadline deadline = wire.guarded().deadline(limits.bodyDeadline(mime.length))) {
            try {
                OutputStream buffered = new BufferedOutputStream(wire.getOutputStream(), BUFFER_BYTES);
                SMTPOutputStream stuffing = new SMTPOutputStream(buffered);
                stuffing.write(mime, 0, mime.length);
                stuffing.ensureAtBOL();
                buffered.flush();
            } catch (IOException failure) {
                Category category = deadline.missed() ? Category.DEADLINE_EXCEEDED : Category.CONNECTION_LOST;
                throw MailException.of(Stage.COMMAND, category, failure);
            }
        }
    }

    /** Says good-bye and does not wait for the answer. */
    void quit() {
        try (Deadline _ = wire.guarded().deadline(Duration.ofSeconds(1))) {
            synchronized (this) {
                sendCommand("QUIT");
            }
        } catch (MessagingException alreadyGone) {
            // The message is dealt with: how the connection ends changes nothing.
            return;
        }
    }

    /** Waits longer for the next replies. */
    void dotWritten() {
        replyLimit = limits.dotReply();
    }

    @Override
    protected boolean protocolConnect(String host, int port, String user, String password) throws MessagingException {
        byte[] secret = credentials.password().utf8();
        try {
            return super.protocolConnect(
                    host, port, credentials.username(), new String(secret, StandardCharsets.UTF_8));
        } catch (AuthenticationFailedException refused) {
            // As it is, it would make Angus look up the name of the host and ask for another password.
            throw refused.getNextException() instanceof Stopped stopped ? stopped : new Stopped(refusal(refused));
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    @Override
    protected boolean ehlo(String domain) throws MessagingException {
        boolean accepted = super.ehlo(domain);
        if (!accepted) {
            // No HELO: a server without extensions has no AUTH.
            throw new Stopped(afterEhlo());
        }
        if (startTls && !wire.guarded().secured()) {
            if (!supportsExtension("STARTTLS")) {
                throw new Stopped(MailException.of(Stage.STARTTLS, Category.STARTTLS_UNAVAILABLE));
            }
        } else {
            boolean offered = false;
            for (String mechanism : MECHANISMS.split(" ", -1)) {
                offered |= supportsAuthentication(mechanism);
            }
            if (!offered) {
                // Angus would go on without a log-in.
                throw new Stopped(MailException.of(Stage.LOGIN, Category.AUTH_MECHANISM_MISSING));
            }
            if (withoutLogin) {
                throw new LoginPossible();
            }
            loggingIn = true;
            phases.entering(SmtpPhase.AUTH);
        }
        return true;
    }

    @Override
    protected void startTLS() throws MessagingException {
        if (wire.guarded().secured()) {
            // Angus takes every 530 to AUTH for the wish for TLS.
            throw new Stopped(
                    reply == null ? MailException.of(Stage.LOGIN, Category.PRIVACY_REQUIRED) : LoginRefusal.of(reply));
        }
        simpleCommand("STARTTLS");
        if (reply == null || reply.code() != 220) {
            throw new Stopped(MailException.of(Stage.STARTTLS, Category.STARTTLS_UNAVAILABLE));
        }
        try {
            if (wire.hasUnreadBytes()) {
                throw new Stopped(MailException.of(Stage.STARTTLS, Category.STARTTLS_INJECTION));
            }
            phases.entering(SmtpPhase.TLS);
            wire.secure();
        } catch (IOException lost) {
            throw new Stopped(MailException.of(Stage.STARTTLS, Category.CONNECTION_LOST, lost));
        } catch (MailException handshake) {
            throw new Stopped(handshake);
        }
    }

    @Override
    protected int readServerResponse() throws MessagingException {
        Duration limit = replyLimit == null ? limits.reply() : replyLimit;
        reply = null;
        wire.beginReply();
        try (Deadline deadline = wire.guarded().deadline(limit)) {
            try {
                wire.guarded().readTimeout(limit);
                int code = super.readServerResponse();
                reply = SmtpReply.parse(getLastServerResponse());
                if (reply == null && deadline.missed()) {
                    throw new MessagingException("no reply", new SocketTimeoutException());
                }
                return reply == null ? -1 : code;
            } catch (IOException gone) {
                throw new MessagingException("the connection is gone", gone);
            } catch (MessagingException failure) {
                if (deadline.missed()) {
                    failure.addSuppressed(new SocketTimeoutException());
                }
                throw failure;
            }
        }
    }

    private MailException afterEhlo() {
        if (reply == null) {
            return unreadable(Stage.GREETING);
        }
        Category category = reply.code() / 100 == 4 ? Category.UNAVAILABLE : Category.NOT_THE_PROTOCOL;
        return MailException.of(Stage.GREETING, category);
    }

    private MailException refusal(MessagingException failure) {
        Stage stage = loggingIn ? Stage.LOGIN : Stage.GREETING;
        if (reply == null) {
            return broken(stage, failure);
        }
        return loggingIn ? LoginRefusal.of(reply) : LoginRefusal.ofGreeting(reply);
    }

    private SmtpReply validReply(Stage stage) throws MailException {
        if (reply == null) {
            throw unreadable(stage);
        }
        return reply;
    }

    /** No reply at all, or one that is none. */
    private MailException unreadable(Stage stage) {
        boolean ended =
                getLastServerResponse() == null || getLastServerResponse().startsWith("[EOF]");
        Category nonsense = stage == Stage.GREETING ? Category.NOT_THE_PROTOCOL : Category.PROTOCOL_ERROR;
        return MailException.of(stage, ended ? Category.CONNECTION_LOST : nonsense);
    }

    private MailException broken(Stage stage, MessagingException failure) {
        if (wire.limitExceeded()) {
            return MailException.of(stage, Category.LIMIT_EXCEEDED);
        }
        if (wire.anotherProtocol()) {
            return MailException.of(stage, Category.NOT_THE_PROTOCOL, failure);
        }
        boolean slow = false;
        boolean lost = false;
        Throwable cause = failure;
        while (cause != null) {
            slow |= cause instanceof SocketTimeoutException;
            lost |= cause instanceof IOException;
            for (Throwable suppressed : cause.getSuppressed()) {
                slow |= suppressed instanceof SocketTimeoutException;
            }
            cause = cause.getCause();
        }
        if (slow) {
            Category category = stage == Stage.GREETING ? Category.GREETING_TIMEOUT : Category.DEADLINE_EXCEEDED;
            return MailException.of(stage, category, failure);
        }
        return lost ? MailException.of(stage, Category.CONNECTION_LOST, failure) : unreadable(stage);
    }

    /** Ends a dialogue that was to end before the log-in. */
    private static final class LoginPossible extends MessagingException {
        private static final long serialVersionUID = 1L;
    }

    /** Carries a reason through Angus. */
    private static final class Stopped extends MessagingException {
        private static final long serialVersionUID = 1L;

        private final transient MailException reason;

        private Stopped(MailException reason) {
            super("stopped", reason);
            this.reason = reason;
        }
    }
}
