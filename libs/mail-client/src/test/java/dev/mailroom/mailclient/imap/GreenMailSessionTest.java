package dev.mailroom.mailclient.imap;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mailroom.mailclient.net.Endpoint;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract with GreenMail, which has few extensions: no CONDSTORE, NAMESPACE, LIST-STATUS, ENABLE or ID. */
class GreenMailSessionTest implements ImapSessionContract {
    private static final AtomicInteger USERS = new AtomicInteger();
    private static GreenMail server;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() {
        System.setProperty(
                "greenmail.tls.keystore.file",
                LocalServers.CERTIFICATE.writeKeyStore(folder, "greenmail").toString());
        System.setProperty("greenmail.tls.keystore.password", "changeit");
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAPS));
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop();
        System.clearProperty("greenmail.tls.keystore.file");
        System.clearProperty("greenmail.tls.keystore.password");
    }

    @Override
    public Endpoint endpoint() {
        return LocalServers.tls(server.getImaps().getPort());
    }

    @Override
    public String newUser() {
        String user = "user" + USERS.incrementAndGet();
        server.setUser(user + "@example.com", user, password());
        return user;
    }

    /** It names the sources 1 and 3 as 1:3: three for two targets. */
    @Override
    public boolean tellsUidsOfCopies() {
        return false;
    }

    @Override
    public String password() {
        return "open sesame";
    }
}
