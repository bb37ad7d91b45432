package dev.mailroom.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The limit of most paths is 1 MiB here, that of /v1/echo/length 2 MiB. */
@QuarkusTest
class BodyLimitTest {
    private static final int MIB = 1024 * 1024;

    private static String token() {
        return Jwt.issuer("https://mailroom.dev/issuer")
                .subject("ana")
                .claim("org", "0f8fad5b-d9cb-469f-a165-70867728950e")
                .claim("roles", Set.of("member"))
                .sign();
    }

    private static RequestSpecification member() {
        return given().auth().oauth2(token());
    }

    @Test
    void refusesALargerBodyWithAProblemThatNamesTheLimit() {
        member().contentType("application/json")
                .body("{\"display_name\": \"" + "x".repeat(MIB) + "\"}")
                .post("/v1/echo")
                .then()
                .statusCode(413)
                .contentType("application/problem+json")
                .body("type", equalTo("https://mailroom.dev/problems/too-large"))
                .body("detail", containsString("1048576"));
    }

    @Test
    void takesMoreWhereThePathHasALimitOfItsOwn() {
        member().contentType("text/plain")
                .body("x".repeat(2 * MIB))
                .post("/v1/echo/length")
                .then()
                .statusCode(200)
                .body(equalTo("2097152"));
        member().contentType("text/plain")
                .body("x".repeat(2 * MIB + 1))
                .post("/v1/echo/length")
                .then()
                .statusCode(413)
                .body("detail", containsString("2097152"));
    }

    @Test
    void knowsAPathWithASlashBehindIt() {
        member().contentType("text/plain")
                .body("x".repeat(2 * MIB))
                .post("/v1/echo/length/")
                .then()
                .statusCode(200);
    }

    @Test
    void refusesWhatIsAboveTheLimitOfAllPathsInTheSameWords() throws IOException {
        String head = "POST /v1/echo/length HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99000000000\r\n\r\n";
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 413").contains("application/problem+json", "2097152");
        }
    }

    @Test
    void countsABodyThatDoesNotSayItsLength() throws Exception {
        assertThat(chunked("/v1/echo/length", "text/plain", " ".repeat(2 * MIB)).statusCode())
                .isEqualTo(200);
        for (var answer : List.of(
                chunked("/v1/echo/length", "text/plain", " ".repeat(2 * MIB + 1)),
                chunked("/v1/echo", "application/json", "{\"display_name\": \"" + "x".repeat(MIB) + "\"}"),
                chunked("/v1/echo", "application/json", " ".repeat(MIB + 1) + "{}"))) {
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("problems/too-large");
        }
    }

    private static HttpResponse<String> chunked(String path, String type, String body) throws Exception {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                    .version(HttpClient.Version.HTTP_1_1)
                    .header("Authorization", "Bearer " + token())
                    .header("Content-Type", type)
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}
