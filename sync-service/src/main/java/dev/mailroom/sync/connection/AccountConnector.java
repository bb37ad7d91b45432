package dev.mailroom.sync.connection;

import dev.mailroom.mailclient.failure.Category;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ImapConnector;
import dev.mailroom.mailclient.imap.ImapCredentials;
import dev.mailroom.mailclient.imap.ImapLimits;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.sync.account.Account;
import dev.mailroom.sync.account.Credentials;
import dev.mailroom.sync.account.CredentialsUnavailableException;
import dev.mailroom.sync.ownership.ShardShare;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;

/** Opens sessions at the pace the host's limiter allows. Safe for many threads. */
@Singleton
public class AccountConnector implements ImapOpener {
    private final Credentials credentials;
    private final ImapConnector connector;
    private final LoginLimiter limiter;
    private final Counter logins;

    @Inject
    public AccountConnector(Credentials credentials, ConnectionConfig config, ShardShare share, MeterRegistry metrics) {
        this.credentials = credentials;
        this.connector = new ImapConnector(
                new GuardedConnector(
                        OutboundPolicy.parse(config.outboundAllow().orElse("")),
                        TrustedCertificates.load(config.outboundCa().orElse(null)),
                        timeouts(config.readTimeout())),
                limits(config.commandDeadline(), config.idleAnswerDeadline()));
        this.limiter = new LoginLimiter(
                config.loginsPerSecondAndHost(), config.loginsBurst(), share::now, System::nanoTime, Thread::sleep);
        this.logins = metrics.counter("mailroom_sync_logins_total");
    }

    private static NetworkTimeouts timeouts(Duration read) {
        NetworkTimeouts timeouts = NetworkTimeouts.defaults();
        return new NetworkTimeouts(timeouts.dns(), timeouts.connect(), timeouts.tls(), read);
    }

    static ImapLimits limits(Duration commandDeadline, Duration idleAnswer) {
        ImapLimits limits = ImapLimits.defaults();
        return limits.withDeadlines(limits.loginDeadline(), commandDeadline, idleAnswer);
    }

    @Override
    public ImapSession open(Account account, Patience patience)
            throws MailException, CredentialsUnavailableException, NoTurnException, InterruptedException {
        String host = HostKey.of(account);
        limiter.await(host, patience);
        Endpoint endpoint = new Endpoint(
                account.imapHost(),
                account.imapPort(),
                Encryption.valueOf(account.imapEncryption().toUpperCase(Locale.ROOT)));
        ImapCredentials opened = credentials.open(account);
        try {
            logins.increment();
            ImapSession session = connector.connect(endpoint, opened);
            limiter.accepted(host);
            return session;
        } catch (MailException failure) {
            if (failure.category() == Category.THROTTLED) {
                limiter.refused(host, account.id(), patience);
            }
            throw failure;
        } finally {
            opened.password().wipe();
        }
    }
}
