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
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority that is made for one start and issues one certificate, for this machine; its key is forgotten at once.
 *
 * @param authorityFile PEM, for those who shall trust it
 * @param keyStore PKCS #12 with the server's key
 */
record ServerAuthority(Path authorityFile, Path keyStore, String keyStorePassword) {

    private static final Duration LIFETIME = Duration.ofDays(90);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final int PEM_LINE_CHARS = 64;
    private static final String SIGNATURE = "SHA256withECDSA";

    static ServerAuthority create(Path folder) throws IOException {
        try {
            KeyPair authorityKeys = newKeys();
            KeyPair serverKeys = newKeys();
            var authorityName = new X500Name("CN=Mailroom demo authority");
            X509Certificate authority = issue(authorityName, authorityName, authorityKeys, authorityKeys, true);
            X509Certificate server =
                    issue(authorityName, new X500Name("CN=localhost"), serverKeys, authorityKeys, false);
            Files.createDirectories(folder);
            Path pem = folder.resolve("authority.pem");
            String body =
                    Base64.getMimeEncoder(PEM_LINE_CHARS, new byte[] {'\n'}).encodeToString(authority.getEncoded());
            Files.writeString(pem, "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
            String password = BigInteger.valueOf(System.nanoTime()).toString(Character.MAX_RADIX);
            Path store = folder.resolve("server.p12");
            writeKeyStore(store, password, serverKeys.getPrivate(), new Certificate[] {server, authority});
            return new ServerAuthority(pem, store, password);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("the demo's certificate could not be made", e);
        }
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
