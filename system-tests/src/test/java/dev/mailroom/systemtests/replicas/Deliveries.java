package dev.mailroom.systemtests.replicas;

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
import dev.mailroom.testkit.imap.DovecotServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Mail that arrives at a steady pace, in one mailbox after the other. */
final class Deliveries implements AutoCloseable {
    /**
     * A message that the server has.
     *
     * @param id its Message-ID, with angle brackets
     * @param number in its mailbox, from 1
     * @param atNanos when the server acknowledged it
     */
    record Delivered(UUID account, String id, int number, long atNanos) {}

    private static final long PAUSE_MILLIS = 40;

    private final Queue<Delivered> delivered = new ConcurrentLinkedQueue<>();
    private final Map<UUID, ImapSession> mailboxes = new LinkedHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private volatile @Nullable MailException failure;
    private int count;

    /** @param users by account */
    Deliveries(Map<UUID, String> users, int port, Path authority) throws MailException, InterruptedException {
        ImapConnector connector = new ImapConnector(
                new GuardedConnector(
                        OutboundPolicy.parse("127.0.0.1/32:1-65535"),
                        TrustedCertificates.load(authority),
                        NetworkTimeouts.defaults()),
                ImapLimits.defaults());
        for (Map.Entry<UUID, String> user : users.entrySet()) {
            mailboxes.put(
                    user.getKey(),
                    connector.connect(
                            new Endpoint("127.0.0.1", port, Encryption.TLS),
                            new ImapCredentials(user.getValue(), Secret.of(DovecotServer.PASSWORD))));
        }
    }

    void start() {
        List<UUID> accounts = List.copyOf(mailboxes.keySet());
        thread.scheduleWithFixedDelay(() -> deliver(accounts), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void deliver(List<UUID> accounts) {
        UUID account = accounts.get(count % accounts.size());
        int number = count / accounts.size() + 1;
        String id = "<m" + number + "." + account + "@example.net>";
        count++;
        try {
            ImapSession mailbox = Objects.requireNonNull(mailboxes.get(account));
            mailbox.append(MailboxName.INBOX, mail(id, number), Set.of(), Instant.now());
            delivered.add(new Delivered(account, id, number, System.nanoTime()));
        } catch (MailException refused) {
            failure = refused;
            throw new IllegalStateException(refused);
        }
    }

    private static byte[] mail(String id, int number) {
        return ("""
                From: Ana Silva <ana@example.net>
                To: bo@example.com
                Subject: Message %d
                Date: Fri, 20 Nov 2026 10:00:00 +0000
                Message-ID: %s

                This is number %d of its mailbox.
                """.formatted(number, id, number)).replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    List<Delivered> soFar() {
        return List.copyOf(delivered);
    }

    /** Ends the stream and says what has arrived. */
    List<Delivered> stop() throws MailException, InterruptedException {
        thread.shutdown();
        thread.awaitTermination(20, TimeUnit.SECONDS);
        MailException failed = failure;
        if (failed != null) {
            throw failed;
        }
        return soFar();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        mailboxes.values().forEach(ImapSession::close);
    }
}
