package dev.mailroom.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client should send, and what it hears. */
@QuarkusTest
class HardInputTest {
    private static final String ID = "0f8fad5b-d9cb-469f-a165-70867728950e";

    private static String token() {
        return Jwt.issuer("https://mailroom.dev/issuer")
                .subject("ana")
                .claim("org", ID)
                .claim("roles", Set.of("member"))
                .sign();
    }

    private static RequestSpecification member() {
        return given().auth().oauth2(token());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"display_name\":\"A\",\"display_name\":\"B\",\"inner_part\":{\"port_number\":1}}|''|twice",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":1,\"port_number\":2}}|/inner_part|twice",
                "{\"display_name\":\"A\\u0000\",\"inner_part\":{\"port_number\":1}}|/display_name|NUL",
                "{\"display_name\":5}|/display_name|must be text",
                "{\"display_name\":\"A\\ud800\",\"inner_part\":{\"port_number\":1}}|/display_name|half",
                "{\"display_name\":\"\\udc00A\",\"inner_part\":{\"port_number\":1}}|/display_name|half",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":1e400}}|/inner_part/port_number|a number",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":99999999999}}|/inner_part/port_number|a number",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":NaN}}|/inner_part|not JSON",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":1}}x|''|not JSON",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":1}}{}|''|",
                "{'display_name':'A'}|''|not JSON",
                "{\"a/b~c\":1}|/a~1b~0c|is not a field",
                "\uFEFF{|''|not JSON"
            })
    void namesWhatIsWrongInABody(String body, String pointer, String message) {
        member().contentType("application/json")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .post("/v1/echo")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors[0].pointer", equalTo(pointer == null ? "" : pointer))
                .body("errors[0].message", containsString(message == null ? "" : message));
    }

    @Test
    void refusesADepthNumbersAndNamesThatNobodyMeans() {
        for (String body : new String[] {
            "{\"x\":".repeat(60) + "1" + "}".repeat(60),
            "{\"inner_part\":{\"port_number\":" + "9".repeat(5_000) + "}}",
            "{\"" + "x".repeat(100_000) + "\":1}"
        }) {
            member().contentType("application/json")
                    .body(body.getBytes(StandardCharsets.UTF_8))
                    .post("/v1/echo")
                    .then()
                    .statusCode(400)
                    .body("detail", containsString("deeper than 50"));
        }
    }

    @Test
    void takesCharactersOutsideOfTheBasicPlane() {
        member().contentType("application/json")
                .body("{\"display_name\": \"Ana \\ud83d\\ude00\", \"inner_part\": {\"port_number\": 1}}")
                .post("/v1/echo")
                .then()
                .statusCode(200)
                .body("display_name", equalTo("Ana \uD83D\uDE00"));
    }

    @ParameterizedTest
    @CsvSource({
        "limt=3,?limt,is not a parameter here; known: cursor limit",
        "limit=3&page=2,?page,is not a parameter",
        "Limit=3,?Limit,is not a parameter",
        "confirm=true,?confirm,is not a parameter"
    })
    void namesAParameterThatIsNone(String query, String pointer, String message) {
        member().get("/v1/echo/numbers?" + query)
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo(pointer))
                .body("errors[0].message", containsString(message.replace("cursor limit", "cursor, limit")));
    }

    @ParameterizedTest
    @CsvSource({
        "some_id=x,?some_id,a UUID",
        "some_id=1-1-1-1-1,?some_id,a UUID",
        "some_id=,?some_id,a UUID",
        "flag=yes,?flag,true or false",
        "flag=1,?flag,true or false",
        "count=ten,?count,a number",
        "count=99999999999,?count,a number",
        "count=1.5,?count,a number"
    })
    void namesAnIdANumberAndAFlagThatIsNone(String query, String pointer, String message) {
        member().get("/v1/echo/query?" + query)
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo(pointer))
                .body("errors[0].message", containsString(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-1-1-1-1", "x", "0f8fad5bd9cb469fa16570867728950e"})
    void anIdInThePathIsWrittenInOneWayOnly(String id) {
        member().get("/v1/echo/ids/{id}", id)
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("type", equalTo("https://mailroom.dev/problems/not-found"));
        member().get("/v1/echo/ids/{id}", ID).then().statusCode(200).body("id", equalTo(ID));
    }

    @Test
    void aKeyThatIsEmptyOrGivenTwiceIsNamedAndNotTakenForNone() throws IOException {
        for (String headers : new String[] {
            "Idempotency-Key:\r\n",
            "Idempotency-Key: \r\n",
            "Idempotency-Key: a b\r\n",
            "Idempotency-Key: one\r\nIdempotency-Key: two\r\n"
        }) {
            String answer = raw("GET /v1/echo/key HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
                    + "Authorization: Bearer " + token() + "\r\n\r\n");
            assertThat(answer).as(headers).startsWith("HTTP/1.1 400 ").contains("#Idempotency-Key");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"//v1/echo/numbers", "/v1//echo/numbers", "/v1/echo//numbers", "/v1/echo/numbers//"})
    void anAddressWithAnEmptySegmentIsNobodys(String path) throws IOException {
        String answer = raw("GET " + path
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + token() + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 404 ").contains("application/problem+json");
    }

    @Test
    void takesTheParametersThatAre() {
        member().get("/v1/echo/query?flag=true&count=-3&some_id=" + ID)
                .then()
                .statusCode(200)
                .body("some_id", equalTo(ID))
                .body("count", equalTo("-3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/nowhere", "/v1/echo/nowhere", "/v2", "/", "/v1/echo/../nowhere", "/q/nowhere", "/index.html"
            })
    void answersEveryUnknownAddressWithAProblem(String path) {
        member().get(path)
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("type", equalTo("https://mailroom.dev/problems/not-found"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded"})
    void takesNothingButJson(String type) {
        member().config(RestAssured.config()
                        .encoderConfig(io.restassured.config.EncoderConfig.encoderConfig()
                                .encodeContentTypeAs(type, io.restassured.http.ContentType.TEXT)))
                .contentType(type)
                .body("{}")
                .post("/v1/echo")
                .then()
                .statusCode(415)
                .contentType("application/problem+json")
                .body("type", equalTo("https://mailroom.dev/problems/unsupported-media-type"));
    }

    @ParameterizedTest
    @CsvSource({"GET /v1/echo/%00,404", "GET /v1/echo/numbers?%ff=1,400"})
    void survivesWhatIsNotPercentEncoding(String line, String statuses) throws IOException {
        String answer = raw(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                + token() + "\r\n\r\n");

        assertThat(answer.substring(9, 12)).isIn((Object[]) statuses.split("\\|"));
        assertThat(answer).contains("application/problem+json").doesNotContain("<html", "Exception");
    }

    @Test
    void refusesAnAddressAndAHeaderThatAreTooLongInWords() throws IOException {
        assertThat(raw("GET /v1/" + "x".repeat(8_000) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ")
                .contains("application/problem+json", "https://mailroom.dev/problems/address-too-long", "4096");
        for (String header : new String[] {"X: " + "x".repeat(40_000) + "\r\n", "X: y\r\n".repeat(5_000)}) {
            assertThat(raw("GET /v1/echo/numbers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + header
                            + "\r\n"))
                    .startsWith("HTTP/1.1 431 ")
                    .contains("application/problem+json", "https://mailroom.dev/problems/header-too-large", "16384");
        }
    }

    @Test
    void takesAnAddressAndAHeaderWithinTheLimits() {
        member().header("X", "x".repeat(14_000))
                .get("/v1/echo/numbers?cursor=" + "x".repeat(3_000))
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("?cursor"));
    }

    /** What is refused before it is a request has a status and no body, like a line that is far too long. */
    @Test
    void refusesWhatIsNoRequestWithoutAPage() throws IOException {
        assertThat(raw("GET /v1/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .matches("(?s)HTTP/1.. 400 .*\r\n\r\n");
        assertThat(raw("GET /v1/echo/numbers?cursor=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .matches("(?s)HTTP/1.. 400 .*\r\n\r\n");
        assertThat(raw("GET /v1/" + "x".repeat(40_000) + " HTTP/1.1\r\n\r\n")).matches("(?s)HTTP/1.. 414 .*\r\n\r\n");
        assertThat(raw("GET /v1/echo HTTP/1.1\r\nX: " + "x".repeat(100_000) + "\r\n\r\n"))
                .matches("(?s)HTTP/1.. 431 .*\r\n\r\n");
        assertThat(raw("GET /v1/echo HTTP/1.1\r\nHost: localhost\r\nX: a\u0001b\r\n\r\n"))
                .matches("(?s)HTTP/1.. 400 .*\r\n\r\n");
    }

    @Test
    void tellsNobodyToKeepFrameOrGuessAnAnswer() {
        for (String path : new String[] {"/v1/echo/numbers", "/v1/nowhere", "/v1/echo/numbers?limit=0"}) {
            member().get(path)
                    .then()
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Cache-Control", "no-store")
                    .header("X-Frame-Options", "DENY")
                    .header("Content-Security-Policy", containsString("default-src 'none'"));
        }
        given().get("/v1/echo/caller").then().statusCode(401).header("Cache-Control", "no-store");
    }

    @Test
    void saysNothingToOtherOrigins() {
        member().header("Origin", "https://elsewhere.example")
                .get("/v1/echo/numbers")
                .then()
                .header("Access-Control-Allow-Origin", nullValue());
        given().header("Origin", "https://elsewhere.example")
                .header("Access-Control-Request-Method", "POST")
                .options("/v1/echo")
                .then()
                .header("Access-Control-Allow-Origin", nullValue());
    }

    @Test
    void namesEveryRequest() {
        member().header("X-Request-Id", "form-7.a_B")
                .get("/v1/echo/numbers")
                .then()
                .header("X-Request-Id", "form-7.a_B");
        for (String bad : new String[] {"a b", "x".repeat(65), "<script>"}) {
            member().header("X-Request-Id", bad)
                    .get("/v1/echo/numbers")
                    .then()
                    .header("X-Request-Id", not(equalTo(bad)))
                    .header("X-Request-Id", matchesPattern("[0-9a-f-]{36}"));
        }
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
