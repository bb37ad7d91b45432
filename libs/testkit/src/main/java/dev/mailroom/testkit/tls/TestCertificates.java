package dev.mailroom.testkit.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of the test's own. Thread safe. */
public final class TestCertificates {

    private static final Duration DAY = Duration.ofDays(1);
    private static final AtomicLong SERIAL = new AtomicLong(System.nanoTime());

    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    private TestCertificates(X500Name name, KeyPair keys, X509Certificate certificate) {
        this.name = name;
        this.keys = keys;
        this.certificate = certificate;
    }

    /** A new authority that nobody trusts yet. */
    public static TestCertificates create() {
        KeyPair keys = newKeys();
        var name = new X500Name("CN=Mailroom test authority " + SERIAL.incrementAndGet());
        Instant now = Instant.now();
        var certificate = issue(
                new Request(name, name, keys, List.of(), now.minus(DAY), now.plus(DAY.multipliedBy(30)), true),
                keys.getPrivate());
        return new TestCertificates(name, keys, certificate);
    }

    /** The authority's own certificate. */
    public X509Certificate authority() {
        return certificate;
    }

    /**
     * A certificate that is valid now for these names.
     *
     * @param names host names or IP addresses
     */
    public ServerCertificate server(String... names) {
        Instant now = Instant.now();
        return server(names, now.minus(DAY), now.plus(DAY.multipliedBy(30)));
    }

    /** A certificate of this authority that was valid until yesterday. */
    public ServerCertificate expired(String... names) {
        Instant now = Instant.now();
        return server(names, now.minus(DAY.multipliedBy(30)), now.minus(DAY));
    }

    /** A certificate of this authority that will be valid from tomorrow. */
    public ServerCertificate notYetValid(String... names) {
        Instant now = Instant.now();
        return server(names, now.plus(DAY), now.plus(DAY.multipliedBy(30)));
    }

    /** A certificate of this authority for a host that no test connects to. */
    public ServerCertificate wrongHost() {
        return server("another-host.example");
    }

    /** A certificate for these names that vouches for itself. */
    public static ServerCertificate selfSigned(String... names) {
        KeyPair keys = newKeys();
        var self = subject(names);
        Instant now = Instant.now();
        var certificate = issue(
                new Request(self, self, keys, List.of(names), now.minus(DAY), now.plus(DAY.multipliedBy(30)), false),
                keys.getPrivate());
        return new ServerCertificate(keys.getPrivate(), List.of(certificate));
    }

    /** Writes the authority's certificate as {@code authority.pem}, for {@code MAILROOM_OUTBOUND_CA}, and returns the file. */
    public Path writeAuthority(Path folder) {
        try {
            return Files.writeString(folder.resolve("authority.pem"), Pem.certificate(certificate));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The context for a client that trusts this authority and no other. */
    public SSLContext clientContext() {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", certificate);
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the authority cannot be trusted", e);
        }
    }

    private ServerCertificate server(String[] names, Instant from, Instant until) {
        KeyPair own = newKeys();
        var issued =
                issue(new Request(name, subject(names), own, List.of(names), from, until, false), keys.getPrivate());
        return new ServerCertificate(own.getPrivate(), List.of(issued, certificate));
    }

    private static X500Name subject(String[] names) {
        return new X500Name("CN=" + (names.length == 0 ? "nobody" : names[0]));
    }

    private record Request(
            X500Name issuer,
            X500Name subject,
            KeyPair keys,
            List<String> names,
            Instant from,
            Instant until,
            boolean authority) {}

    private static X509Certificate issue(Request request, PrivateKey issuerKey) {
        var builder = new JcaX509v3CertificateBuilder(
                request.issuer(),
                BigInteger.valueOf(SERIAL.incrementAndGet()),
                Date.from(request.from()),
                Date.from(request.until()),
                request.subject(),
                request.keys().getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(request.authority()));
            if (!request.names().isEmpty()) {
                GeneralName[] alternatives = Stream.of(request.names().toArray(String[]::new))
                        .map(TestCertificates::generalName)
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            }
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("the certificate could not be issued", e);
        }
    }

    private static GeneralName generalName(String host) {
        boolean address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no key could be made", e);
        }
    }
}
