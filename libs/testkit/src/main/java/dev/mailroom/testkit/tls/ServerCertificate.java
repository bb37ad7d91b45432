package dev.mailroom.testkit.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate with its key.
 *
 * @param chain from the server's own certificate to the one that is self-signed
 */
public record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {

    private static final char[] PASSWORD = "changeit".toCharArray();

    /** The context for a server that shows this certificate. */
    public SSLContext serverContext() {
        try {
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keyStore(), PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the certificate cannot be used", e);
        }
    }

    /** A PKCS #12 store with the one entry {@code server}; its password is {@code changeit}. */
    public KeyStore keyStore() {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key, PASSWORD, chain.toArray(new X509Certificate[0]));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the key store could not be made", e);
        }
    }

    /** Writes {@code name.p12} with the password {@code changeit} and returns the file. */
    public Path writeKeyStore(Path folder, String name) {
        Path file = folder.resolve(name + ".p12");
        try (var out = Files.newOutputStream(file)) {
            keyStore().store(out, PASSWORD);
            return file;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the key store could not be written", e);
        }
    }

    /** Writes the chain as {@code name.crt} in PEM and returns the file. */
    public Path writeChain(Path folder, String name) {
        var pem = new StringBuilder();
        chain.forEach(certificate -> pem.append(Pem.certificate(certificate)));
        return write(folder.resolve(name + ".crt"), pem.toString());
    }

    /** Writes the key as {@code name.key} in PEM and returns the file. */
    public Path writeKey(Path folder, String name) {
        return write(folder.resolve(name + ".key"), Pem.block("PRIVATE KEY", key.getEncoded()));
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
