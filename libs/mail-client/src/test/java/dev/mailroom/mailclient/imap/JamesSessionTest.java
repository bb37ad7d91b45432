package dev.mailroom.mailclient.imap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailclient.net.Endpoint;
import dev.mailroom.testkit.imap.JamesProcess;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract with Apache James: QRESYNC, LIST-STATUS and MOVE on every machine. */
class JamesSessionTest implements ImapResyncContract {
    private static final AtomicInteger USERS = new AtomicInteger();
    private static JamesProcess server;

    @BeforeAll
    static void start() throws IOException {
        server = JamesProcess.start(LocalServers.CERTIFICATE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    public Endpoint endpoint() {
        return LocalServers.tls(server.imapTlsPort());
    }

    @Override
    public String newUser() throws IOException {
        String user = "user" + USERS.incrementAndGet() + "@example.com";
        server.addUser(user, password());
        return user;
    }

    @Override
    public String password() {
        return "open-sesame";
    }

    /** It raises HIGHESTMODSEQ and stays silent: the session must not call that a complete answer. */
    @Override
    public boolean resyncsOnSelect() {
        return false;
    }

    @Test
    void logsInAfterStartTls() throws Exception {
        try (ImapSession session = LocalServers.connector()
                .connect(LocalServers.startTls(server.imapPort()), LocalServers.credentials(newUser(), password()))) {
            assertThat(session.supports("LIST-STATUS")).isTrue();
            assertThat(session.resyncEnabled()).isTrue();
        }
    }
}
