package dev.mailroom.account.verification;

import dev.mailroom.contracts.AccountState.InboxSeen;
import dev.mailroom.contracts.AccountState.Server;
import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ImapConnector;
import dev.mailroom.mailclient.imap.ImapCredentials;
import dev.mailroom.mailclient.imap.ImapLimits;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.imap.SelectedMailbox;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.HostResolver;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.mailclient.smtp.SmtpCredentials;
import dev.mailroom.mailclient.smtp.SmtpLimits;
import dev.mailroom.mailclient.smtp.SmtpTransport;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One log-in to each kind of server, with time limits that together stay below {@link VerifyConfig#timeout()}, and tries without one.
 *
 * <p>Made at the start of the service: a wrong allow-list or certificate file stops it with one line.
 */
@Startup
@ApplicationScoped
class MailServers {
    // Thirtieths of the whole time. Up to the greeting 22 are used at most: the rest is for trying other ways.
    private static final int DNS_PART = 3;
    private static final int CONNECT_PART = 5;
    private static final int TLS_PART = 5;
    private static final int LOGIN_PART = 9;
    private static final int SMTP_PART = 11;
    private static final int SELECT_PART = 4;
    private static final int ALL_PARTS = 30;

    private final ImapConnector imap;
    private final SmtpTransport smtp;

    MailServers(OutboundConfig outbound, VerifyConfig verify, HostResolver names) {
        Duration part = verify.timeout().dividedBy(ALL_PARTS);
        NetworkTimeouts timeouts = new NetworkTimeouts(
                part.multipliedBy(DNS_PART),
                part.multipliedBy(CONNECT_PART),
                part.multipliedBy(TLS_PART),
                part.multipliedBy(LOGIN_PART));
        GuardedConnector connector = new GuardedConnector(
                OutboundPolicy.parse(outbound.allow().orElse("")),
                TrustedCertificates.load(outbound.ca().orElse(null)),
                timeouts,
                names);
        this.imap = new ImapConnector(
                connector,
                ImapLimits.defaults()
                        .withDeadlines(
                                part.multipliedBy(LOGIN_PART),
                                part.multipliedBy(SELECT_PART),
                                part.multipliedBy(SELECT_PART)));
        SmtpLimits limits = SmtpLimits.defaults();
        this.smtp = new SmtpTransport(
                connector,
                new SmtpLimits(
                        part.multipliedBy(LOGIN_PART),
                        limits.dotReply(),
                        limits.body(),
                        part.multipliedBy(SMTP_PART),
                        limits.replyMaxBytes(),
                        limits.messageMaxBytes()));
    }

    /**
     * What a log-in found out.
     *
     * @param inbox null if the server did not say
     */
    record Mailbox(Push push, @Nullable InboxSeen inbox) {}

    /** Logs in, opens the inbox, logs out. */
    Mailbox tryImap(Server server, String username, Secret password) throws MailException, InterruptedException {
        try (ImapSession session = imap.connect(endpoint(server), new ImapCredentials(username, password))) {
            SelectedMailbox inbox = session.select(MailboxName.INBOX, null);
            boolean said = inbox.uidValidity() > 0 && inbox.uidNext() > 0;
            return new Mailbox(pushOf(session), said ? new InboxSeen(inbox.uidValidity(), inbox.uidNext()) : null);
        }
    }

    private static Push pushOf(ImapSession session) {
        if (session.supports("NOTIFY")) {
            return Push.NOTIFY;
        }
        return session.supports("IDLE") ? Push.IDLE : Push.POLL;
    }

    /** Logs in and out; no mail is sent. */
    void trySmtp(Server server, String username, Secret password) throws MailException, InterruptedException {
        smtp.verify(endpoint(server), new SmtpCredentials(username, password));
    }

    /** Goes up to the place of the log-in. */
    void probe(Leg leg, Server server) throws MailException, InterruptedException {
        switch (leg) {
            case IMAP -> imap.probe(endpoint(server));
            case SMTP -> smtp.probe(endpoint(server));
        }
    }

    private static Endpoint endpoint(Server server) {
        Encryption encryption =
                switch (server.encryption()) {
                    case TLS -> Encryption.TLS;
                    case STARTTLS -> Encryption.STARTTLS;
                };
        return new Endpoint(server.host(), server.port(), encryption);
    }
}
