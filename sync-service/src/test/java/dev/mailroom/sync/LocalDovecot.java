package dev.mailroom.sync;

import dev.mailroom.testkit.imap.DovecotServer;
import java.util.UUID;

/** A full server: QRESYNC, SPECIAL-USE, LIST-STATUS, MOVE. */
final class LocalDovecot implements LocalServer {
    private final DovecotServer server;

    LocalDovecot() throws Exception {
        server = DovecotServer.start(Scene.serverCertificate());
    }

    @Override
    public int port() {
        return server.tlsPort();
    }

    @Override
    public String newUser() {
        return "u" + UUID.randomUUID().toString().substring(0, 8);
    }

    @Override
    public void close() {
        server.close();
    }
}
