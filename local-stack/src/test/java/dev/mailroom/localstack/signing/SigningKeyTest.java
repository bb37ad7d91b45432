package dev.mailroom.localstack.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.Test;

class SigningKeyTest {

    private static final UUID ORGANIZATION = UUID.fromString("0198a9f2-0000-7000-8000-000000000001");

    @Test
    void signsWhatItsPublicHalfAccepts() throws Exception {
        var key = SigningKey.fromPem(SigningKey.generate().privatePem());
        String token = key.sign(new TokenRequest("ADMIN", ORGANIZATION, "ana", Duration.ofMinutes(5)));

        var claims = new JwtConsumerBuilder()
                .setRequireExpirationTime()
                .setExpectedIssuer(SigningKey.ISSUER)
                .setVerificationKey(key.publicKey())
                .build()
                .processToClaims(token);

        assertThat(claims.getStringListClaimValue("roles")).containsExactly("admin");
        assertThat(claims.getStringClaimValue("org")).isEqualTo(ORGANIZATION.toString());
        assertThat(claims.getSubject()).isEqualTo("ana");
        assertThat(claims.getExpirationTime().getValue() - claims.getIssuedAt().getValue())
                .isEqualTo(300);
    }

    @Test
    void leavesTheOrganizationOutOfAServicesToken() throws Exception {
        var key = SigningKey.generate();
        var claims = new JwtConsumerBuilder()
                .setVerificationKey(key.publicKey())
                .build()
                .processToClaims(key.sign(TokenRequest.service(Duration.ofDays(1))));

        assertThat(claims.hasClaim("org")).isFalse();
        assertThat(claims.getStringListClaimValue("roles")).containsExactly("service");
    }
}
