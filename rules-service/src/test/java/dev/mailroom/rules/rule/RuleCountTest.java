package dev.mailroom.rules.rule;

import static dev.mailroom.rules.ServiceFixture.as;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.rules.ServiceFixture;
import dev.mailroom.testkit.MailroomInfrastructure;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What other services are told about rules. */
@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "rules"))
class RuleCountTest {
    private static final String RULE = """
            {"description": "Invoices", "type": "incoming_email", "scope": "%s", "position": 10, "enabled": %s,
             "stop_processing": false, "timing": null, "condition": {"all": [%s]},
             "actions": [{"type": "apply_label", "label": "Finance/Invoices"}]}
            """;

    private final UUID organization = UUID.randomUUID();
    private final UUID account = UUID.randomUUID();

    private static ValidatableResponse count(String query) {
        return given().auth()
                .oauth2(TestTokens.token("service", null, "account-service"))
                .get("/v1/rules/counts" + query)
                .then();
    }

    private void rule(String scope, boolean enabled, String condition) {
        try (ServiceFixture fixture = new ServiceFixture()) {
            fixture.createRule(organization, UUID.randomUUID(), RULE.formatted(scope, enabled, condition));
        }
    }

    private static String naming(UUID account) {
        return "{\"field\": \"email_account\", \"op\": \"is\", \"value\": \"" + account + "\"}";
    }

    @Test
    void countsTheRulesOfEverybodyThatNameTheAccount() {
        rule("personal", true, naming(account));
        rule("personal", false, naming(account));
        rule("organization", true, naming(account));
        rule("organization", true, naming(UUID.randomUUID()));
        rule("personal", true, "{\"field\": \"subject\", \"op\": \"contains\", \"value\": \"" + account + "\"}");

        count("?organization=" + organization + "&account=" + account)
                .statusCode(200)
                .body("rules", equalTo(3));
        count("?organization=" + UUID.randomUUID() + "&account=" + account)
                .statusCode(200)
                .body("rules", equalTo(0));
    }

    @Test
    void answersOtherServicesAlone() {
        String query = "?organization=" + organization + "&account=" + account;

        as("owner", organization, UUID.randomUUID())
                .get("/v1/rules/counts" + query)
                .then()
                .statusCode(403);
        given().get("/v1/rules/counts" + query).then().statusCode(401);
        count("?account=" + account).statusCode(400);
        count("?organization=" + organization).statusCode(400);
    }
}
