package dev.mailroom.benchmarks;

import dev.mailroom.mailclient.Secret;
import dev.mailroom.mailclient.failure.MailException;
import dev.mailroom.mailclient.imap.ImapConnector;
import dev.mailroom.mailclient.imap.ImapCredentials;
import dev.mailroom.mailclient.imap.ImapLimits;
import dev.mailroom.mailclient.imap.ImapSession;
import dev.mailroom.mailclient.imap.MailboxName;
import dev.mailroom.mailclient.net.Encryption;
import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.mailclient.net.GuardedConnector;
import dev.mailroom.mailclient.net.NetworkTimeouts;
import dev.mailroom.mailclient.net.OutboundPolicy;
import dev.mailroom.mailclient.net.TrustedCertificates;
import dev.mailroom.mailclient.smtp.SmtpCredentials;
import dev.mailroom.mailclient.smtp.SmtpLimits;
import dev.mailroom.mailclient.smtp.SmtpTransport;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The two log-ins alone, side by side as the service does them: what connecting cannot be faster than. */
final class MailLogins implements AutoCloseable {
    private final ImapConnector imap;
    private final SmtpTransport smtp;
    private final Endpoint imapServer;
    private final Endpoint smtpServer;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    MailLogins(ConnectStack stack) {
        GuardedConnector connector = new GuardedConnector(
                OutboundPolicy.parse(ConnectStack.HOST + "/32:1-65535"),
                new TrustedCertificates(List.of(stack.authority.authority())),
                NetworkTimeouts.defaults());
        imap = new ImapConnector(connector, ImapLimits.defaults());
        smtp = new SmtpTransport(connector, SmtpLimits.defaults());
        imapServer = new Endpoint(ConnectStack.HOST, stack.imapPort, Encryption.TLS);
        smtpServer = new Endpoint(ConnectStack.HOST, stack.smtpPort, Encryption.TLS);
    }

    void logIn(String user) throws MailException, InterruptedException, ExecutionException {
        try (Secret password = Secret.of(ConnectStack.PASSWORD)) {
            Future<?> sending = threads.submit(() -> {
                smtp.verify(smtpServer, new SmtpCredentials(user, password));
                return user;
            });
            try (ImapSession session = imap.connect(imapServer, new ImapCredentials(user, password))) {
                session.select(MailboxName.INBOX, null);
            }
            sending.get();
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
