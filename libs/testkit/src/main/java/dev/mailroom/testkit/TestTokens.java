package dev.mailroom.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Tokens (JWT, RS256) that the services under test accept, signed with the one key of this JVM. */
public final class TestTokens {

    /** Who issues them, as the services expect it. */
    public static final String ISSUER = "https://mailroom.dev/issuer";

    private static final String FOLDER = "dev.mailroom.testkit.keys";
    private static final String PUBLIC_KEY = "public.pem";
    private static final String PRIVATE_KEY = "private.der";
    private static final int KEY_BITS = 2048;
    private static final float LIFETIME_MINUTES = 60;

    private TestTokens() {}

    /** The PEM file with the public key, for {@code mp.jwt.verify.publickey.location}. */
    public static Path publicKeyFile() {
        return folder().resolve(PUBLIC_KEY);
    }

    /**
     * A token that is valid for an hour.
     *
     * @param role {@code owner}, {@code admin}, {@code member}, {@code service} or {@code operator}
     * @param organization null for a role that is not bound to one
     * @param subject who the caller is
     */
    public static String token(String role, @Nullable UUID organization, String subject) {
        return sign(claims(List.of(role), organization, subject, LIFETIME_MINUTES), privateKey());
    }

    /** The same with more claims. */
    public static String token(String role, @Nullable UUID organization, String subject, Map<String, Object> more) {
        JwtClaims claims = claims(List.of(role), organization, subject, LIFETIME_MINUTES);
        more.forEach(claims::setClaim);
        return sign(claims, privateKey());
    }

    /** A token of this organization that was valid until ten minutes ago. */
    public static String expired(String role, @Nullable UUID organization, String subject) {
        return sign(claims(List.of(role), organization, subject, -10), privateKey());
    }

    /** A token whose claims are right and whose signature is by a key that nobody trusts. */
    public static String forged(String role, @Nullable UUID organization, String subject) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            return sign(
                    claims(List.of(role), organization, subject, LIFETIME_MINUTES),
                    generator.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no key could be made", e);
        }
    }

    /** A token that is right in everything but who issued it. */
    public static String ofIssuer(String issuer, String role, @Nullable UUID organization, String subject) {
        JwtClaims claims = claims(List.of(role), organization, subject, LIFETIME_MINUTES);
        claims.setIssuer(issuer);
        return sign(claims, privateKey());
    }

    /** A token whose claims are right and that is signed by nobody, with the algorithm {@code none}. */
    public static String unsigned(String role, @Nullable UUID organization, String subject) {
        String head = "{\"alg\":\"none\",\"typ\":\"JWT\"}";
        String body =
                claims(List.of(role), organization, subject, LIFETIME_MINUTES).toJson();
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(head.getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(body.getBytes(StandardCharsets.UTF_8)) + ".";
    }

    private static JwtClaims claims(List<String> roles, @Nullable UUID organization, String subject, float minutes) {
        var claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setSubject(subject);
        claims.setStringListClaim("roles", roles);
        if (organization != null) {
            claims.setStringClaim("org", organization.toString());
        }
        claims.setGeneratedJwtId();
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(minutes);
        return claims;
    }

    private static String sign(JwtClaims claims, PrivateKey key) {
        var signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKey(key);
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setHeader("typ", "JWT");
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("the token could not be signed", e);
        }
    }

    private static PrivateKey privateKey() {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(folder().resolve(PRIVATE_KEY))));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the key of this JVM's tests could not be read", e);
        }
    }

    private static Path folder() {
        return Path.of(SharedProperty.get(FOLDER, TestTokens::makeKeys));
    }

    private static String makeKeys() {
        try {
            Path folder = ScratchFolder.create("mailroom-test-keys");
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            var pair = generator.generateKeyPair();
            Path publicKey = folder.resolve(PUBLIC_KEY);
            Path privateKey = folder.resolve(PRIVATE_KEY);
            Files.writeString(
                    publicKey,
                    "-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                    .encodeToString(pair.getPublic().getEncoded())
                            + "\n-----END PUBLIC KEY-----\n");
            Files.write(privateKey, pair.getPrivate().getEncoded());
            return folder.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no key could be made", e);
        }
    }
}
