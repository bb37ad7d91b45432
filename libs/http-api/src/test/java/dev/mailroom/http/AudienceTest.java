package dev.mailroom.http;

import static io.restassured.RestAssured.given;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.smallrye.jwt.build.Jwt;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An issuer that makes tokens for others too. */
@QuarkusTest
@TestProfile(AudienceTest.Ours.class)
class AudienceTest {
    public static class Ours implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("mailroom.jwt.audience", "mailroom,mailroom-cli");
        }
    }

    @Test
    void takesTokensThatAreMeantForIt() {
        read(Set.of("mailroom")).statusCode(200);
        read(Set.of("elsewhere", "mailroom-cli")).statusCode(200);
    }

    @Test
    void refusesTokensThatAreMeantForOthersOrForNobody() {
        read(Set.of("elsewhere")).statusCode(401).contentType("application/problem+json");
        read(Set.of()).statusCode(401);
    }

    private static ValidatableResponse read(Set<String> audience) {
        var claims = Jwt.issuer("https://mailroom.dev/issuer")
                .subject("ana")
                .claim("org", "0f8fad5b-d9cb-469f-a165-70867728950e")
                .claim("roles", Set.of("member"));
        return given().auth()
                .oauth2((audience.isEmpty() ? claims : claims.audience(audience)).sign())
                .get("/v1/echo/numbers")
                .then();
    }
}
