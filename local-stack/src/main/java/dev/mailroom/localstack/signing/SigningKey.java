package dev.mailroom.localstack.signing;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** The RSA key that signs tokens (RS256). */
public final class SigningKey {

    /** Who issues the tokens of a local stack. */
    public static final String ISSUER = "https://mailroom.dev/issuer";

    private static final int KEY_BITS = 2048;
    private static final int PEM_LINE_CHARS = 64;

    private final RSAPrivateCrtKey key;

    private SigningKey(RSAPrivateCrtKey key) {
        this.key = key;
    }

    public static SigningKey generate() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            return new SigningKey((RSAPrivateCrtKey) generator.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no RSA", e);
        }
    }

    /** @param pem PKCS #8 */
    public static SigningKey fromPem(String pem) {
        String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            var specification = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body));
            return new SigningKey(
                    (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(specification));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException("the signing key of the data folder is damaged", e);
        }
    }

    public String privatePem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    public String publicPem() {
        return pem("PUBLIC KEY", publicKey().getEncoded());
    }

    PublicKey publicKey() {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no RSA", e);
        }
    }

    /** A signed token in its compact form. */
    public String sign(TokenRequest request) {
        var claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setSubject(request.subject());
        claims.setStringListClaim("roles", List.of(request.role().toLowerCase(Locale.ROOT)));
        if (request.organization() != null) {
            claims.setStringClaim("org", request.organization().toString());
        }
        claims.setGeneratedJwtId();
        claims.setIssuedAtToNow();
        var expiry = NumericDate.now();
        expiry.addSeconds(request.lifetime().toSeconds());
        claims.setExpirationTime(expiry);

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

    private static String pem(String label, byte[] bytes) {
        String body = Base64.getMimeEncoder(PEM_LINE_CHARS, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
