package dev.mailroom.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.UUID;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.Test;

class TestTokensTest {

    private static final UUID ORGANIZATION = UUID.fromString("0198a9f2-0000-7000-8000-000000000001");

    @Test
    void carriesTheClaimsThatTheServicesCheck() throws Exception {
        var claims = consumer().processToClaims(TestTokens.token("admin", ORGANIZATION, "ana"));

        assertThat(claims.getSubject()).isEqualTo("ana");
        assertThat(claims.getIssuer()).isEqualTo(TestTokens.ISSUER);
        assertThat(claims.getStringClaimValue("org")).isEqualTo(ORGANIZATION.toString());
        assertThat(claims.getStringListClaimValue("roles")).containsExactly("admin");
    }

    @Test
    void leavesOutTheOrganizationOfARoleWithoutOne() throws Exception {
        var claims = consumer().processToClaims(TestTokens.token("service", null, "sync-service"));

        assertThat(claims.hasClaim("org")).isFalse();
    }

    @Test
    void makesTokensThatMustBeRefused() {
        assertThatThrownBy(() -> consumer().processToClaims(TestTokens.expired("admin", ORGANIZATION, "ana")))
                .isInstanceOf(InvalidJwtException.class);
        assertThatThrownBy(() -> consumer().processToClaims(TestTokens.forged("admin", ORGANIZATION, "ana")))
                .isInstanceOf(InvalidJwtException.class);
    }

    private static org.jose4j.jwt.consumer.JwtConsumer consumer() throws Exception {
        return new JwtConsumerBuilder()
                .setRequireExpirationTime()
                .setExpectedIssuer(TestTokens.ISSUER)
                .setVerificationKey(publicKey())
                .build();
    }

    private static PublicKey publicKey() throws Exception {
        String body = Files.readString(TestTokens.publicKeyFile())
                .replaceAll("-----[A-Z ]+-----", "")
                .replaceAll("\\s", "");
        return KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(body)));
    }
}
