package dev.mailroom.localstack.mailserver;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An authority that is made for one JVM and issues one certificate, for this machine; its key is forgotten at once.
 *
 * <p>One for all mail servers of a JVM, because the library that they are made of reads its key store once.
 */
final class ServerAuthority {

    /**
     * Where the authority has been written.
     *
     * @param authorityFile PEM, for those who shall trust it
     * @param keyStore PKCS #12 with the server's key
     */
    record Written(Path authorityFile, Path keyStore, String keyStorePassword) {}

    private static final Duration LIFETIME = Duration.ofDays(90);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final int PEM_LINE_CHARS = 64;
    private static final int PASSWORD_BYTES = 16;
    private static final String SIGNATURE = "SHA256withECDSA";

    private static @Nullable ServerAuthority ofThisJvm;

    private final X509Certificate authority;
    private final X509Certificate server;
    private final PrivateKey serverKey;
    private final String password;

    private ServerAuthority() throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPair authorityKeys = newKeys();
        KeyPair serverKeys = newKeys();
        var authorityName = new X500Name("CN=Mailroom demo authority");
        authority = issue(authorityName, authorityName, authorityKeys, authorityKeys, true);
        server = issue(authorityName, new X500Name("CN=localhost"), serverKeys, authorityKeys, false);
        serverKey = serverKeys.getPrivate();
        var random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        password = HexFormat.of().formatHex(random);
    }

    /** Writes the authority of this JVM into a folder, which is made if absent. */
    static synchronized Written write(Path folder) throws IOException {
        try {
            if (ofThisJvm == null) {
                ofThisJvm = new ServerAuthority();
            }
            return ofThisJvm.writeTo(folder);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("the demo's certificate could not be made", e);
        }
    }

    private Written writeTo(Path folder) throws IOException, GeneralSecurityException {
        Files.createDirectories(folder);
        Path pem = folder.resolve("authority.pem");
        String body = Base64.getMimeEncoder(PEM_LINE_CHARS, new byte[] {'\n'}).encodeToString(authority.getEncoded());
        Files.writeString(pem, "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
        Path store = folder.resolve("server.p12");
        writeKeyStore(store, password, serverKey, new Certificate[] {server, authority});
        return new Written(pem, store, password);
    }

    private static void writeKeyStore(Path file, String password, PrivateKey key, Certificate[] chain)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", key, password.toCharArray(), chain);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var out = Files.newOutputStream(file)) {
            store.store(out, password.toCharArray());
        }
    }

    private static X509Certificate issue(
            X500Name issuer, X500Name subject, KeyPair keys, KeyPair issuerKeys, boolean authority)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(authority ? 1 : 2).add(BigInteger.valueOf(now.toEpochMilli() * 2)),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(LIFETIME)),
                subject,
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        if (!authority) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
        }
        var signer = new JcaContentSignerBuilder(SIGNATURE).build(issuerKeys.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
