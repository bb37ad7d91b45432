package dev.mailroom.sync;

import dev.mailroom.testkit.imap.JamesProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;

/** A full server of another make, on every machine: CONDSTORE, LIST-STATUS, MOVE; QRESYNC without an answer to SELECT. */
final class LocalJames implements LocalServer {
    private final JamesProcess server;

    LocalJames() throws Exception {
        server = JamesProcess.start(Scene.serverCertificate());
    }

    @Override
    public int port() {
        return server.imapTlsPort();
    }

    @Override
    public String newUser() {
        String user = "u" + UUID.randomUUID().toString().substring(0, 8) + "@example.com";
        try {
            server.addUser(user, Scene.PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return user;
    }

    @Override
    public void close() {
        server.close();
    }
}
