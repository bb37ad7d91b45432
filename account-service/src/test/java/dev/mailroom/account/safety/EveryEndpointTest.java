package dev.mailroom.account.safety;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every path and method that the OpenAPI document names: who may call it, and that nobody reaches what belongs to another organization.
 * An endpoint that is not in the table of {@link Endpoints} fails the test.
 */
@QuarkusTest
class EveryEndpointTest extends ServiceTest {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final String PROBLEMS = "https://mailroom.dev/problems/";

    private final TestMailbox mailbox = TestMailbox.start();

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void isInTheTable() {
        Set<String> documented = new TreeSet<>();
        Map<String, Map<String, Object>> paths = given().get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getMap("paths");
        paths.forEach((path, operations) -> operations.keySet().stream()
                .filter(METHODS::contains)
                .forEach(method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path)));

        assertThat(documented).isNotEmpty().isEqualTo(new TreeSet<>(Endpoints.TABLE.keySet()));
    }

    @Test
    void wantsATokenThatIsRight() {
        List<String> refused = List.of(
                "nonsense",
                "a.b.c",
                TestTokens.expired("owner", organization, user.toString()),
                TestTokens.forged("owner", organization, user.toString()),
                TestTokens.unsigned("owner", organization, user.toString()),
                TestTokens.ofIssuer("https://elsewhere.example/issuer", "owner", organization, user.toString()));
        for (Endpoints.Endpoint endpoint : Endpoints.all()) {
            assertUnauthorized(endpoint, call(anonymous(), endpoint, Map.of()));
            for (String token : refused) {
                assertUnauthorized(endpoint, call(withToken(token), endpoint, Map.of()));
            }
        }
    }

    private static void assertUnauthorized(Endpoints.Endpoint endpoint, Response answer) {
        assertThat(answer.statusCode()).as(endpoint.toString()).isEqualTo(401);
        assertThat(answer.contentType()).as(endpoint.toString()).startsWith("application/problem+json");
        assertThat(answer.<String>path("type")).isEqualTo(PROBLEMS + "unauthorized");
    }

    @Test
    void letsInTheRolesOfTheTableAndNoOther() {
        for (Endpoints.Endpoint endpoint : Endpoints.all()) {
            for (String role : List.of("owner", "admin", "member", "service", "operator", "guest")) {
                boolean ofOrganization = !Set.of("service", "operator").contains(role);
                Response answer = call(
                        withToken(TestTokens.token(role, ofOrganization ? organization : null, user.toString())),
                        endpoint,
                        Map.of());
                String as = endpoint + " as " + role + ": " + answer.statusCode();
                if (endpoint.roles().contains(role)) {
                    assertThat(answer.statusCode()).as(as).isNotIn(401, 405, 415, 500);
                    assertThat(String.valueOf(answer.asString())).as(as).doesNotContain(PROBLEMS + "role-required");
                } else {
                    assertThat(answer.statusCode()).as(as).isEqualTo(403);
                    assertThat(answer.<String>path("type")).as(as).isEqualTo(PROBLEMS + "role-required");
                }
            }
        }
    }

    @Test
    void refusesAPersonWhoWasRemovedWhileTheirTokenIsValid() {
        UUID removed = colleague();
        as("member", organization, removed).get("/v1/accounts").then().statusCode(200);
        asAdmin().delete("/v1/users/{id}", removed).then().statusCode(204);
        for (Endpoints.Endpoint endpoint : Endpoints.all()) {
            for (String role : List.of("owner", "admin", "member")) {
                if (endpoint.roles().contains(role)) {
                    Response answer = call(as(role, organization, removed), endpoint, Map.of());
                    String as = endpoint + " as " + role;
                    assertThat(answer.statusCode()).as(as).isEqualTo(403);
                    assertThat(answer.<String>path("type")).as(as).isEqualTo(PROBLEMS + "user-removed");
                }
            }
        }
    }

    @Test
    void findsNothingOfAnotherOrganization() {
        UUID account = connected(mailbox);
        Map<String, Object> ids = new HashMap<>();
        ids.put("account", account);
        ids.put("alias", asAdmin().get("/v1/accounts/{id}/aliases", account).path("data[0].id"));
        ids.put(
                "contact",
                asAdmin()
                        .body("{\"first_name\": \"Bo\", \"emails\": [\"bo@example.com\"]}")
                        .post("/v1/contacts")
                        .path("id"));
        ids.put(
                "team",
                asAdmin().body(Map.of("name", "Sales")).post("/v1/teams").path("id"));
        ids.put("user", asAdmin().get("/v1/users").path("data[0].id"));
        assertThat(ids.values()).doesNotContainNull();
        String before = everything();
        List<String> found = new ArrayList<>();
        for (Endpoints.Endpoint endpoint : Endpoints.all()) {
            if (!endpoint.namesSomethingOf(ids.keySet())) {
                continue;
            }
            for (String role : List.of("owner", "admin", "member")) {
                if (endpoint.roles().contains(role)) {
                    Response answer = call(as(role, UUID.randomUUID(), UUID.randomUUID()), endpoint, ids);
                    if (answer.statusCode() != 404 || !(PROBLEMS + "not-found").equals(answer.path("type"))) {
                        found.add(endpoint + " as " + role + ": " + answer.statusCode() + " " + answer.asString());
                    }
                }
            }
        }

        assertThat(found).isEmpty();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void givesACredentialToNobodyButAServiceWhateverIsTried() {
        UUID account = connected(mailbox);
        String path = "/v1/accounts/" + account + "/credential";
        for (String role : List.of("owner", "admin", "member", "operator", "guest", "Service", "service ")) {
            for (UUID org : new UUID[] {organization, UUID.randomUUID()}) {
                as(role, org, user).get(path).then().statusCode(403);
                as(role, org, user).head(path).then().statusCode(403);
                as(role, org, user)
                        .accept("*/*")
                        .get(path + "?service=true")
                        .then()
                        .statusCode(403);
            }
        }
        for (String method : List.of("PUT", "POST", "PATCH", "DELETE")) {
            assertThat(asService()
                            .contentType(ContentType.JSON)
                            .body("{}")
                            .request(method, path)
                            .statusCode())
                    .isIn(404, 405);
        }
        asService().accept("text/html").get(path).then().statusCode(406);
        String answer = asService().get(path).then().statusCode(200).extract().asString();
        assertThat(answer).doesNotContain(TestMailbox.PASSWORD);
        assertThat(asService().head(path).then().statusCode(200).extract().asString())
                .isEmpty();

        asAdmin().delete("/v1/accounts/{id}?confirm=true", account).then().statusCode(204);

        asService().get(path).then().statusCode(404);
    }

    /** All rows of the test's organization in all tables, as one digest for each table. */
    private String everything() {
        List<String> tables = rows("select table_name from information_schema.columns where table_schema = 'public'"
                + " and column_name = 'organization_id' and table_name <> 'audit_log' order by 1");
        StringBuilder all = new StringBuilder();
        for (String table : tables) {
            all.append(table)
                    .append(rows("select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from " + table
                            + " t where organization_id = '" + organization + "'"));
        }
        return all.toString();
    }

    private static Response call(RequestSpecification as, Endpoints.Endpoint endpoint, Map<String, Object> ids) {
        RequestSpecification request = as;
        if (endpoint.body() != null) {
            request = request.contentType(endpoint.contentType())
                    .body(endpoint.body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return request.request(endpoint.method(), endpoint.filled(ids));
    }

    private static RequestSpecification withToken(String token) {
        return anonymous().auth().oauth2(token);
    }

    private static RequestSpecification anonymous() {
        return given().contentType(ContentType.JSON);
    }
}
