package dev.mailroom.account;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the person who runs the service looks at. */
@QuarkusTest
class OperationsTest extends ServiceTest {

    @Test
    void isHealthy() {
        for (String check : List.of("live", "ready", "started")) {
            get("/q/health/" + check).then().statusCode(200).body("status", equalTo("UP"));
        }
    }

    @Test
    void countsAccountsAndTimesLogIns() {
        try (TestMailbox mailbox = TestMailbox.start()) {
            connected(mailbox);
        }

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> get("/q/metrics")
                        .asString()
                        .lines()
                        .anyMatch(line ->
                                line.startsWith("mailroom_accounts{") && line.contains("state=\"connecting\"")));
        assertThat(get("/q/metrics").asString())
                .contains("mailroom_verify_seconds_count{category=\"ok\",leg=\"imap\"")
                .contains("mailroom_verify_seconds_count{category=\"ok\",leg=\"smtp\"");
    }

    @Test
    void describesItsInterface() {
        get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .body("paths", hasKey("/v1/accounts"))
                .body("paths", hasKey("/v1/accounts/verify"))
                .body("paths", hasKey("/v1/accounts/{id}/credential"))
                .body("paths", hasKey("/v1/vault/rotate"))
                .body("components.schemas.ConnectRequest.properties.password.type", equalTo("string"))
                .body("components.schemas.ConnectRequest.properties", hasKey("display_name"));
    }
}
