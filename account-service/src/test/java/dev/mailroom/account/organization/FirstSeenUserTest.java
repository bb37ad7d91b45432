package dev.mailroom.account.organization;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** People who come with a token and are in no directory yet. */
@QuarkusTest
class FirstSeenUserTest extends PeopleScene {
    @Test
    void writesAPersonDownWhoIsSeenForTheFirstTime() {
        as("member", organization, user).get("/v1/accounts").then().statusCode(200);

        as("member", organization, user)
                .get("/v1/users/{id}", user)
                .then()
                .statusCode(200)
                .body("role", equalTo("member"))
                .body("email", nullValue())
                .body("revision", equalTo(1));
        // The directory has the role of the first token.
        as("admin", organization, user).get("/v1/users/{id}", user).then().body("role", equalTo("member"));
        assertThat(events(user, 1).getFirst().data().get("role").asText()).isEqualTo("member");
    }

    @Test
    void takesAnAddressFromATokenOnlyIfItIsVerified() {
        assertThat(emailSeenIn(Map.of("email", "ana@example.com"))).isNull();
        assertThat(emailSeenIn(Map.of("email", "ana@example.com", "email_verified", false)))
                .isNull();
        assertThat(emailSeenIn(Map.of("email", "ana@example.com", "email_verified", true)))
                .isEqualTo("ana@example.com");
        assertThat(emailSeenIn(Map.of("email", "bo@example.com", "email_verified", "true")))
                .isEqualTo("bo@example.com");
    }

    private @Nullable String emailSeenIn(Map<String, Object> claims) {
        String someone = UUID.randomUUID().toString();
        given().auth()
                .oauth2(TestTokens.token("member", organization, someone, claims))
                .get("/v1/accounts")
                .then()
                .statusCode(200);
        return asAdmin().get("/v1/users/{id}", someone).then().extract().path("email");
    }

    @Test
    void writesDownNobodyWithoutAnOrganization() {
        asService().get("/v1/users").then().statusCode(403);
        as("operator", organization, user).get("/v1/users").then().statusCode(403);

        assertThat(rows("select id from users where organization_id = '" + organization + "'"))
                .isEmpty();
    }

    @Test
    void writesAPersonDownOnceWhenTheyComeManyTimesAtOnce() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = IntStream.range(0, 8)
                    .mapToObj(_ -> clients.submit(
                            () -> asAdmin().get("/v1/users").then().extract().statusCode()))
                    .toList();
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
        asAdmin().get("/v1/users/{id}", user).then().body("revision", equalTo(1));
    }
}
