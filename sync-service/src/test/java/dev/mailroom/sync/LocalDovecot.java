package dev.mailroom.sync;

import dev.mailroom.testkit.imap.DovecotServer;
import dev.mailroom.testkit.tls.ServerCertificate;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.UUID;

/** A full server: QRESYNC, SPECIAL-USE, LIST-STATUS, MOVE. */
final class LocalDovecot implements LocalServer {
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    private final DovecotServer server;

    LocalDovecot() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Scene.folder().resolve("server.p12"))) {
            store.load(in, STORE_PASSWORD);
        }
        String alias = store.aliases().nextElement();
        Certificate[] chain = store.getCertificateChain(alias);
        server = DovecotServer.start(new ServerCertificate(
                (PrivateKey) store.getKey(alias, STORE_PASSWORD),
                Arrays.stream(chain).map(X509Certificate.class::cast).toList()));
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
