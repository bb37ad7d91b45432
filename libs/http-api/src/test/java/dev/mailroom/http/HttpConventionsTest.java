package dev.mailroom.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class HttpConventionsTest {
    private static final String ORGANIZATION = "0f8fad5b-d9cb-469f-a165-70867728950e";
    private static final String VALID = """
            {"display_name": "Ana", "inner_part": {"port_number": 993}, "colour": "dark_red"}""";

    private static String token(String... roles) {
        return Jwt.issuer("https://mailroom.dev/issuer")
                .subject("ana")
                .claim("org", ORGANIZATION)
                .claim("roles", Set.of(roles))
                .sign();
    }

    private static RequestSpecification member() {
        return given().auth().oauth2(token("member")).contentType("application/json");
    }

    @Test
    void readsAndWritesSnakeCase() {
        member().body(VALID)
                .post("/v1/echo")
                .then()
                .statusCode(200)
                .body("inner_part.port_number", equalTo(993))
                .body("colour", equalTo("dark_red"));
    }

    @Test
    void answersAnUnknownFieldWithItsPointerAndTheKnownOnes() {
        member().body(VALID.replace("port_number", "prot"))
                .post("/v1/echo")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("https://mailroom.dev/problems/invalid-input"))
                .body("errors[0].pointer", equalTo("/inner_part/prot"))
                .body("errors[0].message", containsString("port_number"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":\"x\"}}|/inner_part/port_number|a number",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":1},\"colour\":\"red\"}|/colour|dark_red, blue",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":1},\"some_id\":\"1\"}|/some_id|a UUID",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":1},\"at\":\"noon\"}|/at|RFC 3339",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":1},\"others\":{}}|/others|a list",
                "{\"display_name\":\"A\",\"inner_part\":7}|/inner_part|an object",
                "{\"display_name\":5,\"inner_part\":{\"port_number\":1}}|/display_name|text",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":\"993\"}}|/inner_part/port_number|a number",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":1.5}}|/inner_part/port_number|a number",
                "{\"display_name\":\"A\",\"inner_part\":{\"port_number\":1},\"colour\":0}|/colour|dark_red, blue"
            })
    void namesTheFieldThatHasTheWrongType(String body, String pointer, String message) {
        member().body(body)
                .post("/v1/echo")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo(pointer))
                .body("errors[0].message", containsString(message));
    }

    @Test
    void namesEveryFieldThatBreaksARule() {
        member().body("""
                        {"display_name": " ", "inner_part": {"port_number": 0}, "others": [{"port_number": 1}, {"port_number": 70000}]}""")
                .post("/v1/echo")
                .then()
                .statusCode(400)
                .body("errors", hasSize(3))
                .body("errors.pointer", hasItems("/display_name", "/inner_part/port_number", "/others/1/port_number"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "[1]", "\"x\"", "{\"display_name\": \"A\"} trailing {"})
    void refusesWhatIsNotTheJsonObjectItWants(String body) {
        member().body(body).post("/v1/echo").then().statusCode(400).contentType("application/problem+json");
    }

    @Test
    void refusesDeepNestingWithoutFallingOver() {
        // Bytes: the client of this test would otherwise parse the text itself, and fall over.
        byte[] deep = "[".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        member().body(deep).post("/v1/echo").then().statusCode(400).contentType("application/problem+json");
    }

    @Test
    void asksForATokenWhereThereIsNone() {
        given().get("/v1/echo/caller")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", "Bearer");
    }

    @Test
    void refusesATokenSignedByAnother() {
        String forged = token("member");
        String tampered = forged.substring(0, forged.lastIndexOf('.') + 1) + "AAAA";
        given().auth().oauth2(tampered).get("/v1/echo/caller").then().statusCode(401);
    }

    @Test
    void refusesATokenOfAnotherIssuer() {
        String other = Jwt.issuer("https://elsewhere.example")
                .subject("ana")
                .claim("roles", Set.of("member"))
                .sign();
        given().auth().oauth2(other).get("/v1/echo/caller").then().statusCode(401);
    }

    @Test
    void refusesATokenWhoseTimeIsOver() {
        String old = Jwt.issuer("https://mailroom.dev/issuer")
                .subject("ana")
                .claim("roles", Set.of("member"))
                .expiresAt(1_000_000_000)
                .sign();
        given().auth().oauth2(old).get("/v1/echo/caller").then().statusCode(401);
    }

    @Test
    void refusesARoleThatMayNot() {
        given().auth()
                .oauth2(token("operator"))
                .get("/v1/echo/caller")
                .then()
                .statusCode(403)
                .body("type", equalTo("https://mailroom.dev/problems/role-required"));
    }

    @Test
    void readsTheCallerFromTheToken() {
        member().get("/v1/echo/caller").then().statusCode(200).body("organization", equalTo(ORGANIZATION));
    }

    @Test
    void refusesAServiceTokenWhereAnOrganizationIsNeeded() {
        String service = Jwt.issuer("https://mailroom.dev/issuer")
                .subject("sync-service")
                .claim("roles", Set.of("service"))
                .sign();
        given().auth()
                .oauth2(service)
                .get("/v1/echo/caller")
                .then()
                .statusCode(403)
                .body("type", equalTo("https://mailroom.dev/problems/no-organization"));
    }

    @Test
    void walksAListPageByPage() {
        List<Integer> seen = new ArrayList<>();
        String cursor = null;
        do {
            RequestSpecification request = member().queryParam("limit", 50);
            Response response =
                    (cursor == null ? request : request.queryParam("cursor", cursor)).get("/v1/echo/numbers");
            seen.addAll(response.path("data"));
            cursor = response.path("next");
        } while (cursor != null);
        assertThat(seen).hasSize(120).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void endsAListThatFitsItsPageExactly() {
        member().get("/v1/echo/numbers?limit=120")
                .then()
                .body("data", hasSize(120))
                .body("next", nullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=201", "limit=ten", "cursor=%25%25"})
    void refusesALimitOrCursorThatIsNone(String query) {
        member().get("/v1/echo/numbers?" + query).then().statusCode(400).body("errors", hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "\u00e9"})
    void refusesAnIdempotencyKeyThatIsNotPrintableAscii(String key) {
        member().header("Idempotency-Key", key)
                .get("/v1/echo/key")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("#Idempotency-Key"));
    }

    @Test
    void hidesWhatWentWrongInside() {
        member().get("/v1/echo/broken")
                .then()
                .statusCode(500)
                .body("incident", not(nullValue()))
                .body(not(containsString("secret")));
    }

    @Test
    void saysWhenToComeBack() {
        member().get("/v1/echo/busy").then().statusCode(429).header("Retry-After", "7");
    }

    @Test
    void answersAnUnknownAddressWithAProblem() {
        member().get("/v1/nowhere").then().statusCode(404);
        member().delete("/v1/echo").then().statusCode(405).contentType("application/problem+json");
    }

    @Test
    void refusesANulCharacterInAQuery() {
        member().urlEncodingEnabled(false)
                .get("/v1/echo/numbers?cursor=%00")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("?cursor"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/plain", "image/png"})
    void answersJsonOrNothing(String wanted) {
        member().header("Accept", wanted)
                .get("/v1/echo/numbers")
                .then()
                .statusCode(406)
                .contentType("application/problem+json");
    }
}
