package dev.mailroom.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Five reads, three writes and, of its own kind, two lengths a minute. */
@QuarkusTest
@TestProfile(RateLimitTest.Narrow.class)
class RateLimitTest {
    private final String user = UUID.randomUUID().toString();

    public static class Narrow implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "mailroom.rate.reads-per-minute", "5",
                    "mailroom.rate.writes-per-minute", "3",
                    "mailroom.rate.writes-per-minute-of.\"/v1/echo/length\"", "2");
        }
    }

    private static RequestSpecification as(String role, String subject) {
        return given().auth()
                .oauth2(Jwt.issuer("https://mailroom.dev/issuer")
                        .subject(subject)
                        .claim("org", "0f8fad5b-d9cb-469f-a165-70867728950e")
                        .claim("roles", Set.of(role))
                        .sign());
    }

    @Test
    void refusesTheReadThatIsOneTooManyAndSaysWhenToComeBack() {
        for (int i = 0; i < 5; i++) {
            as("member", user).get("/v1/echo/numbers").then().statusCode(200);
        }

        var refused = as("member", user)
                .get("/v1/echo/numbers")
                .then()
                .statusCode(429)
                .contentType("application/problem+json")
                .body("type", equalTo("https://mailroom.dev/problems/too-many-requests"))
                .body("detail", containsString("At most 5"));
        assertThat(Integer.parseInt(refused.extract().header("Retry-After"))).isBetween(1, 13);
    }

    @Test
    void countsReadsWritesAndWhatHasALimitOfItsOwnEachForItself() {
        for (int i = 0; i < 5; i++) {
            as("member", user).get("/v1/echo/numbers").then().statusCode(200);
        }
        for (int i = 0; i < 3; i++) {
            write().then().statusCode(400);
        }
        write().then().statusCode(429);
        as("member", user)
                .contentType("text/plain")
                .body("x")
                .post("/v1/echo/length")
                .then()
                .statusCode(200);
        as("member", user)
                .contentType("text/plain")
                .body("x")
                .post("/v1/echo/length")
                .then()
                .statusCode(200);
        as("member", user)
                .contentType("text/plain")
                .body("x")
                .post("/v1/echo/length")
                .then()
                .statusCode(429);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/echo/length/",
                "/v1/echo/length//",
                "//v1/echo/length",
                "/v1//echo/length",
                "/v1/echo/%6cength",
                "/v1/echo/%6Cength/",
                "/v1/./echo/length",
                "/v1/echo/x/../length",
                "/v1/echo/length;a=b",
                "/v1/echo;a=b/length",
                "/v1/echo%2Flength"
            })
    void countsARequestHoweverItsPathIsWritten(String path) throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(length("/v1/echo/length")).isEqualTo(200);
        }

        // 404: that way of writing leads nowhere.
        assertThat(length(path)).isIn(429, 404);
    }

    /** Sends the path as it is written. */
    private int length(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String token = Jwt.issuer("https://mailroom.dev/issuer")
                    .subject(user)
                    .claim("org", "0f8fad5b-d9cb-469f-a165-70867728950e")
                    .claim("roles", Set.of("member"))
                    .sign();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "text/plain")
                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    @Test
    void countsEachUserForThemselves() {
        for (int i = 0; i < 6; i++) {
            as("member", user).get("/v1/echo/numbers");
        }

        as("member", UUID.randomUUID().toString())
                .get("/v1/echo/numbers")
                .then()
                .statusCode(200);
    }

    @Test
    void neverRefusesAService() {
        for (int i = 0; i < 20; i++) {
            as("service", user).get("/v1/echo/caller").then().statusCode(200);
        }
    }

    private io.restassured.response.Response write() {
        return as("member", user).contentType("application/json").body("{}").post("/v1/echo");
    }
}
