package dev.mailroom.testkit.imap.provider;

import dev.mailroom.testkit.net.TlsListener;
import dev.mailroom.testkit.tls.ServerCertificate;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A provider's IMAP server on 127.0.0.1 and a free port, with TLS. Every user name is accepted with {@link #PASSWORD} and has a mailbox of
 * its own. Safe for use by many threads.
 */
public final class ProviderServer implements AutoCloseable {
    public static final String PASSWORD = "correct-horse";

    private static final int BACKLOG = 100;

    private final Provider provider;
    private final TlsListener listener;
    private final Map<String, ProviderMailbox> mailboxes = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> connected = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> logins = new ConcurrentHashMap<>();
    private final Map<String, Queue<String>> said = new ConcurrentHashMap<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile @Nullable String refusal;

    private ProviderServer(Provider provider, ServerCertificate certificate) throws IOException {
        this.provider = provider;
        this.listener = TlsListener.start(certificate, BACKLOG, this::serve);
    }

    /** Begins to listen. */
    public static ProviderServer start(Provider provider, ServerCertificate certificate) throws IOException {
        return new ProviderServer(provider, certificate);
    }

    public Provider provider() {
        return provider;
    }

    public int port() {
        return listener.port();
    }

    /** What this user's connections sent since they logged in, in order. */
    public List<String> said(String user) {
        return List.copyOf(said.getOrDefault(user, new ConcurrentLinkedQueue<>()));
    }

    /** What went wrong in the server itself. */
    public List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** Refuses log-ins with a code and a text of the provider; null lets them in again. */
    public void refuseLogins(@Nullable String codeAndText) {
        refusal = codeAndText;
    }

    /** Answers every APPEND of the user with this instead of taking it; null takes them again. */
    public void refuseAppends(String user, @Nullable String answer) {
        ProviderMailbox mailbox = mailbox(user);
        synchronized (mailbox) {
            mailbox.appendRefusal = answer;
        }
    }

    /** The last messages of INBOX are gone and their UIDs are given out again, as after a restore from a backup. */
    public void rewindInbox(String user, int messages) {
        ProviderMailbox mailbox = mailbox(user);
        synchronized (mailbox) {
            ProviderMailbox.Folder inbox = mailbox.folder("INBOX");
            if (inbox != null) {
                mailbox.rewind(inbox, messages);
            }
        }
    }

    /** Whole messages that this user's connections were handed out. */
    public int bodiesFetched(String user) {
        ProviderMailbox mailbox = mailbox(user);
        synchronized (mailbox) {
            return mailbox.bodiesFetched;
        }
    }

    ProviderMailbox mailbox(String user) {
        return mailboxes.computeIfAbsent(user, name -> new ProviderMailbox(provider));
    }

    @Nullable
    String refusal() {
        return refusal;
    }

    /** @return how many log-ins of the user there were before; negative if there are too many connections */
    int enter(String user) {
        AtomicInteger now = connected.computeIfAbsent(user, name -> new AtomicInteger());
        if (now.incrementAndGet() > provider.connectionsMax) {
            now.decrementAndGet();
            return -1;
        }
        return logins.computeIfAbsent(user, name -> new AtomicInteger()).getAndIncrement();
    }

    void leave(String user) {
        connected.getOrDefault(user, new AtomicInteger()).decrementAndGet();
    }

    void heard(String user, String line) {
        said.computeIfAbsent(user, name -> new ConcurrentLinkedQueue<>()).add(line);
    }

    private void serve(SSLSocket client) throws IOException {
        try {
            new Dialogue(this, client).run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            failures.add(failure);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
