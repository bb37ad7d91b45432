package dev.mailroom.account.notice;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.MailResult;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Sends one mail through the Vert.x mail client. Blocks its virtual thread.
 *
 * <p>The client has traps, and this is how they are avoided. It verifies the name in a certificate only if nobody sets the algorithm and
 * if its settings are used once: they are made anew for each mail, with a client and a pool of its own that are closed afterwards. It would
 * go on in plain text where STARTTLS is not offered, and try every mechanism with the same password: STARTTLS is required and one mechanism
 * named. It has no time-out for an answer: the socket has one, and so has the whole. It does not look for line ends in headers and folds
 * long ones with a bare line feed: every header given here is ASCII, short and checked.
 */
class Postman {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(15);
    private static final int CLOSE_MAX_SECONDS = 1;
    private static final int HEADER_MAX = 900;
    private static final int PERMANENT = 500;
    // AUTH replies that say something about the operator's settings, which can be put right.
    private static final int AUTH_NEEDED = 530;
    private static final int AUTH_TOO_WEAK = 534;
    private static final int AUTH_REFUSED = 535;
    private static final int AUTH_NEEDS_TLS = 538;

    private final Vertx vertx;
    private final SmtpSettings settings;

    Postman(Vertx vertx, SmtpSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /** What goes out. {@code id} makes the Message-ID: a repetition has the same. */
    record Mail(UUID id, String recipient, String subject, String text, String html, Instant date) {}

    Delivery send(Mail mail) throws InterruptedException {
        MailConfig config;
        TracedMessage message;
        try {
            config = config();
            message = message(mail);
        } catch (IOException e) {
            return new Delivery.NotSent("password_file_unreadable", false);
        } catch (IllegalArgumentException e) {
            return new Delivery.NotSent("not_sendable", true);
        }
        MailClient client = MailClient.create(vertx, config);
        try {
            return deliver(client, message);
        } finally {
            close(client);
        }
    }

    private Delivery deliver(MailClient client, TracedMessage message) throws InterruptedException {
        CompletableFuture<MailResult> sent =
                client.sendMail(message).toCompletionStage().toCompletableFuture();
        try {
            sent.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return new Delivery.Accepted();
        } catch (TimeoutException e) {
            return message.isBegun() ? new Delivery.Uncertain("timeout") : new Delivery.NotSent("timeout", false);
        } catch (ExecutionException e) {
            return failed(e.getCause() == null ? e : e.getCause(), message.isBegun());
        }
    }

    private static Delivery failed(Throwable cause, boolean begun) {
        if (cause instanceof SMTPException refused && refused.getReplyCode() > 0) {
            return refused(refused.getReplyCode());
        }
        // Without a reply: before the message was begun the server cannot have it.
        return begun ? new Delivery.Uncertain(word(cause)) : new Delivery.NotSent(word(cause), false);
    }

    private static Delivery refused(int code) {
        return switch (code) {
            case AUTH_NEEDED, AUTH_TOO_WEAK, AUTH_REFUSED, AUTH_NEEDS_TLS ->
                new Delivery.NotSent("login_refused_" + code, false);
            default -> new Delivery.NotSent("refused_" + code, code >= PERMANENT);
        };
    }

    private static String word(Throwable cause) {
        return switch (cause) {
            case UnknownHostException _ -> "unknown_host";
            case ConnectException _ -> "not_reachable";
            case SSLException _ -> "tls_failed";
            case ClosedChannelException _ -> "connection_lost";
            case IOException _ -> "connection_lost";
            default -> "not_understood";
        };
    }

    /** New each time: a client writes into the settings that it is given. */
    private MailConfig config() throws IOException {
        boolean tls = settings.encryption() == NoticeConfig.Encryption.TLS;
        MailConfig config = new MailConfig()
                .setHostname(settings.host())
                .setPort(settings.port())
                .setSsl(tls)
                .setStarttls(tls ? StartTLSOptions.DISABLED : StartTLSOptions.REQUIRED)
                .setOwnHostname(MailAddress.domainOf(settings.from()))
                .setAllowRcptErrors(false)
                .setKeepAlive(false)
                .setMaxPoolSize(1)
                .setPipelining(false);
        config.setConnectTimeout(
                (int) Math.min(CONNECT_MAX.toMillis(), settings.timeout().toMillis()));
        config.setSslHandshakeTimeout(CONNECT_MAX.toSeconds()).setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        config.setIdleTimeout((int) Math.max(1, settings.timeout().toSeconds())).setIdleTimeoutUnit(TimeUnit.SECONDS);
        if (settings.authorities() != null) {
            config.setTrustOptions(
                    new PemTrustOptions().addCertPath(settings.authorities().toString()));
        }
        SmtpSettings.Login login = settings.login();
        if (login == null) {
            return config.setLogin(LoginOption.DISABLED);
        }
        return config.setLogin(LoginOption.REQUIRED)
                .setAuthMethods(login.mechanism().wireName())
                .setUsername(login.username())
                .setPassword(Files.readString(login.passwordFile(), StandardCharsets.UTF_8)
                        .strip());
    }

    private TracedMessage message(Mail mail) {
        String recipient = MailAddress.sendable(mail.recipient())
                .orElseThrow(() -> new IllegalArgumentException("not an address that can be sent to"));
        TracedMessage message = new TracedMessage();
        message.setFrom(settings.from());
        message.setBounceAddress(settings.from());
        message.setTo(recipient);
        message.setText(mail.text());
        message.setHtml(mail.html());
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        add(headers, "From", settings.fromName() + " <" + settings.from() + ">");
        add(headers, "To", "<" + recipient + ">");
        add(headers, "Subject", mail.subject());
        add(headers, "Date", DATE.format(mail.date()));
        add(headers, "Message-ID", "<" + mail.id() + "@" + MailAddress.domainOf(settings.from()) + ">");
        add(headers, "Auto-Submitted", "auto-generated");
        add(headers, "X-Auto-Response-Suppress", "All");
        message.setHeaders(headers);
        return message;
    }

    private static void add(MultiMap headers, String name, String value) {
        if (value.length() > HEADER_MAX || value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("the header " + name + " is not one line of ASCII");
        }
        headers.set(name, value);
    }

    private static void close(MailClient client) throws InterruptedException {
        try {
            client.close().toCompletionStage().toCompletableFuture().get(CLOSE_MAX_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The mail is what it is; the socket ends with its idle time-out.
            return;
        }
    }

    /**
     * Says whether the client has begun with the message: it asks for the text to encode it when it is logged in, and not before. A failure
     * before that has left nothing on the server.
     */
    private static final class TracedMessage extends MailMessage {
        private volatile boolean begun;

        @Override
        public String getText() {
            begun = true;
            return super.getText();
        }

        boolean isBegun() {
            return begun;
        }
    }
}
