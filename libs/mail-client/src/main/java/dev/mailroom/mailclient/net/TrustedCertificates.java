package dev.mailroom.mailclient.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities that may vouch for a mail server: those of the system plus those that the operator adds.
 *
 * @param authorities all of them; not empty
 */
public record TrustedCertificates(List<X509Certificate> authorities) {
    /** Certificates in one PEM file. */
    public static final int PEM_MAX_CERTIFICATES = 1_000;

    /** TLS sessions kept for resumption, over all hosts. */
    private static final int TLS_SESSIONS_MAX = 2_000;

    private static final int TLS_SESSION_SECONDS = 3_600;

    public TrustedCertificates {
        authorities = List.copyOf(authorities);
        if (authorities.isEmpty()) {
            throw new IllegalArgumentException("no certificate authority at all");
        }
    }

    /**
     * The system's authorities and those of a PEM file.
     *
     * @param pem null for the system's alone
     * @throws IllegalArgumentException if the file cannot be read, is empty or too long: starting without it would hide the mistake
     */
    public static TrustedCertificates load(@Nullable Path pem) {
        List<X509Certificate> all = new ArrayList<>(systemAuthorities());
        if (pem != null) {
            all.addAll(read(pem));
        }
        return new TrustedCertificates(all);
    }

    /** A fresh context that trusts exactly these authorities. */
    public SSLContext sslContext() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("ca-" + number++, authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, SelfSignedNamingTrust.around(factory.getTrustManagers()), null);
            context.getClientSessionContext().setSessionCacheSize(TLS_SESSIONS_MAX);
            context.getClientSessionContext().setSessionTimeout(TLS_SESSION_SECONDS);
            return context;
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("this Java runtime cannot make a TLS context", broken);
        }
    }

    private static List<X509Certificate> systemAuthorities() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    return Arrays.asList(x509.getAcceptedIssuers());
                }
            }
            return List.of();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the system's certificate authorities cannot be read", broken);
        }
    }

    private static List<X509Certificate> read(Path pem) {
        Collection<? extends Certificate> found;
        try (InputStream in = Files.newInputStream(pem)) {
            found = CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (IOException | GeneralSecurityException unreadable) {
            throw new IllegalArgumentException("cannot read certificates from " + pem, unreadable);
        }
        if (found.isEmpty() || found.size() > PEM_MAX_CERTIFICATES) {
            throw new IllegalArgumentException(
                    pem + " has " + found.size() + " certificates, not 1.." + PEM_MAX_CERTIFICATES);
        }
        return found.stream().map(X509Certificate.class::cast).toList();
    }
}
