package dev.mailroom.sync;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.util.UUID;

/** A local IMAP server with few extensions: no CONDSTORE, QRESYNC, SPECIAL-USE, NAMESPACE or LIST-STATUS. */
final class GreenMailServer implements LocalServer {
    private final GreenMail server;

    GreenMailServer() {
        System.setProperty(
                "greenmail.tls.keystore.file",
                Scene.folder().resolve("server.p12").toString());
        System.setProperty("greenmail.tls.keystore.password", "changeit");
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAPS));
        server.start();
    }

    @Override
    public int port() {
        return server.getImaps().getPort();
    }

    @Override
    public String newUser() {
        String user = "u" + UUID.randomUUID().toString().substring(0, 8);
        server.setUser(user + "@example.com", user, Scene.PASSWORD);
        return user;
    }

    /** From now on this password and no other; connections that are open stay. */
    void changePassword(String user, String password) {
        server.setUser(user + "@example.com", user, password);
    }

    @Override
    public void close() {
        server.stop();
    }
}
