package dev.mailroom.account.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may see and change what, on every endpoint. */
@QuarkusTest
class TenancyTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();
    private UUID account = UUID.randomUUID();

    @BeforeEach
    void connect() {
        account = connected(mailbox);
    }

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    private record Endpoint(String name, Function<RequestSpecification, Response> call) {}

    private List<Endpoint> endpointsOfAnAccount() {
        return List.of(
                new Endpoint("get", as -> as.get("/v1/accounts/{id}", account)),
                new Endpoint("patch", as -> as.body(Map.of("display_name", "x")).patch("/v1/accounts/{id}", account)),
                new Endpoint(
                        "patch password", as -> as.body(Map.of("password", "x")).patch("/v1/accounts/{id}", account)),
                new Endpoint("pause", as -> as.post("/v1/accounts/{id}/pause", account)),
                new Endpoint("resume", as -> as.post("/v1/accounts/{id}/resume", account)),
                new Endpoint("reconnect", as -> as.post("/v1/accounts/{id}/reconnect", account)),
                new Endpoint("delete", as -> as.delete("/v1/accounts/{id}", account)),
                new Endpoint("delete for good", as -> as.delete("/v1/accounts/{id}?confirm=true", account)));
    }

    private List<Endpoint> allEndpoints() {
        List<Endpoint> all = new ArrayList<>(endpointsOfAnAccount());
        all.add(new Endpoint("connect", as -> as.body(mailbox.form()).post("/v1/accounts")));
        all.add(new Endpoint("verify", as -> as.body(mailbox.form()).post("/v1/accounts/verify")));
        all.add(new Endpoint("list", as -> as.get("/v1/accounts")));
        all.add(new Endpoint("credential", as -> as.get("/v1/accounts/{id}/credential", account)));
        all.add(new Endpoint("rotate", as -> as.post("/v1/vault/rotate")));
        return all;
    }

    @Test
    void hidesAnAccountFromOtherOrganizations() {
        for (Endpoint endpoint : endpointsOfAnAccount()) {
            for (String role : List.of("owner", "admin", "member")) {
                Response response = endpoint.call().apply(as(role, UUID.randomUUID(), user));

                assertThat(response.statusCode()).as(endpoint.name()).isEqualTo(404);
                assertThat(response.jsonPath().getString("type")).isEqualTo("https://mailroom.dev/problems/not-found");
            }
        }
        as("owner", UUID.randomUUID(), user).get("/v1/accounts").then().body("data.size()", equalTo(0));
        asAdmin().get("/v1/accounts/{id}", account).then().statusCode(200).body("revision", equalTo(1));
        assertThat(mailbox.imap().logins()).isEqualTo(1);
    }

    @Test
    void wantsAValidToken() {
        List<String> refused = List.of(
                TestTokens.forged("owner", organization, user.toString()),
                TestTokens.expired("owner", organization, user.toString()),
                "nonsense");
        for (Endpoint endpoint : allEndpoints()) {
            assertThat(endpoint.call().apply(anonymous()).statusCode())
                    .as(endpoint.name())
                    .isEqualTo(401);
            for (String token : refused) {
                assertThat(endpoint.call()
                                .apply(anonymous().auth().oauth2(token))
                                .statusCode())
                        .as(endpoint.name())
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void givesCredentialsToServicesAndTheVaultToOperatorsOnly() {
        for (String role : List.of("owner", "admin", "member", "operator")) {
            as(role, organization, user)
                    .get("/v1/accounts/{id}/credential", account)
                    .then()
                    .statusCode(403);
        }
        for (String role : List.of("owner", "admin", "member", "service")) {
            as(role, organization, user).post("/v1/vault/rotate").then().statusCode(403);
        }
        for (Endpoint endpoint : endpointsOfAnAccount()) {
            for (String role : List.of("service", "operator")) {
                assertThat(endpoint.call().apply(as(role, organization, user)).statusCode())
                        .as(endpoint.name())
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void refusesATokenWithoutAnOrganization() {
        for (Endpoint endpoint : endpointsOfAnAccount()) {
            RequestSpecification nobody = anonymous().auth().oauth2(TestTokens.token("owner", null, user.toString()));

            assertThat(endpoint.call().apply(nobody).statusCode())
                    .as(endpoint.name())
                    .isEqualTo(403);
        }
    }

    @Test
    void hidesAPersonalAccountFromColleagues() {
        RequestSpecification colleague = as("member", organization, UUID.randomUUID());

        colleague.get("/v1/accounts/{id}", account).then().statusCode(404);
        as("member", organization, UUID.randomUUID()).get("/v1/accounts").then().body("data.size()", equalTo(0));
        as("member", organization, user)
                .get("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
        as("owner", organization, UUID.randomUUID())
                .get("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
    }

    @Test
    void letsColleaguesSeeASharedAccountButNotChangeIt() {
        asAdmin()
                .body(Map.of("sharing", Map.of("mode", "shared")))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);

        as("member", organization, UUID.randomUUID())
                .get("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
        for (Endpoint endpoint : endpointsOfAnAccount().subList(1, 8)) {
            assertThat(endpoint.call()
                            .apply(as("member", organization, UUID.randomUUID()))
                            .statusCode())
                    .as(endpoint.name())
                    .isEqualTo(403);
        }
    }

    @Test
    void closesTheDatabaseToATransactionThatDidNotSayForWhom() throws SQLException {
        try (var connection = database().connect();
                var statement = connection.createStatement()) {
            for (String table : List.of(
                    "accounts",
                    "credentials",
                    "organizations",
                    "idempotency_keys",
                    "verify_attempts",
                    "mailbox_attempts",
                    "users",
                    "teams",
                    "team_people",
                    "request_keys",
                    "audience_changes")) {
                try (var result = statement.executeQuery("select count(*) from " + table)) {
                    result.next();
                    assertThat(result.getLong(1)).as(table).isZero();
                }
            }
            statement.execute("select set_config('mailroom.organization', '" + UUID.randomUUID() + "', false)");
            try (var result = statement.executeQuery("select count(*) from accounts")) {
                result.next();
                assertThat(result.getLong(1)).isZero();
            }
            statement.execute("select set_config('mailroom.organization', '" + organization + "', false)");
            try (var result = statement.executeQuery("select count(*) from accounts")) {
                result.next();
                assertThat(result.getLong(1)).isEqualTo(1);
            }
        }
    }

    private static RequestSpecification anonymous() {
        return given().contentType(ContentType.JSON);
    }
}
