package dev.mailroom.account.mail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The certificates that the surroundings of the test made for 127.0.0.1. */
public enum Certificate {
    GOOD,
    EXPIRED,
    WRONG_HOST,
    SELF_SIGNED;

    private static final char[] PASSWORD = "changeit".toCharArray();

    public SSLContext context() {
        Path file = Path.of(System.getProperty("dev.mailroom.account.test-folder"))
                .resolve(name().toLowerCase(Locale.ROOT).replace('_', '-') + ".p12");
        try (var in = Files.newInputStream(file)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
