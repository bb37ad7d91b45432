package dev.mailroom.rules.rule;

import static dev.mailroom.rules.ServiceFixture.as;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.mailroom.rules.ServiceFixture;
import dev.mailroom.testkit.MailroomInfrastructure;
import dev.mailroom.testkit.TestTokens;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "rules"))
class RuleResourceTest {
    private static final String RULE = """
            {"description": "Invoices", "type": "incoming_email", "scope": "personal", "position": 10, "enabled": true,
             "stop_processing": false, "timing": null,
             "condition": {"all": [{"field": "from", "op": "ends_with", "value": "@example.com"},
                                   {"any": [{"field": "subject", "op": "contains", "value": "invoice"}]}]},
             "actions": [{"type": "apply_label", "label": "Finance/Invoices"}]}
            """;

    private final UUID organization = UUID.randomUUID();
    private final UUID user = UUID.randomUUID();

    @Test
    void aRuleIsMadeReadChangedAndDeleted() {
        String id = create(RULE)
                .statusCode(201)
                .header("Location", startsWith("http"))
                .body("state", equalTo("ok"))
                .body("owner", equalTo(user.toString()))
                .body("condition.all[1].any[0].field", equalTo("subject"))
                .body("timing", nullValue())
                .body("version", equalTo(1))
                .extract()
                .path("id");
        String read = as("member", organization, user)
                .get("/v1/rules/" + id)
                .then()
                .statusCode(200)
                .extract()
                .asString();

        as("member", organization, user)
                .body(read.replace("\"Invoices\"", "\"Bills\"").replace("\"enabled\":true", "\"enabled\":false"))
                .put("/v1/rules/" + id)
                .then()
                .statusCode(200)
                .body("description", equalTo("Bills"))
                .body("state", equalTo("disabled"))
                .body("version", equalTo(2));
        as("member", organization, user).delete("/v1/rules/" + id).then().statusCode(204);
        as("member", organization, user).get("/v1/rules/" + id).then().statusCode(404);
        as("member", organization, user).delete("/v1/rules/" + id).then().statusCode(404);
    }

    @Test
    void anotherOrganizationAndAnotherPersonDoNotLearnThatARuleExists() {
        String id = create(RULE).extract().path("id");

        for (var stranger :
                List.of(as("owner", UUID.randomUUID(), user), as("owner", organization, UUID.randomUUID()))) {
            stranger.get("/v1/rules/" + id).then().statusCode(404).body("type", containsString("not-found"));
            stranger.body(RULE).put("/v1/rules/" + id).then().statusCode(404);
            stranger.delete("/v1/rules/" + id).then().statusCode(404);
            stranger.get("/v1/rules/" + id + "/runs").then().statusCode(404);
            stranger.body("{\"message\": " + message("x") + "}")
                    .post("/v1/rules/" + id + "/test")
                    .then()
                    .statusCode(404);
            stranger.get("/v1/rules").then().statusCode(200).body("data", empty());
        }
        as("member", organization, user).get("/v1/rules/" + id).then().statusCode(200);
    }

    @Test
    void rulesOfTheOrganizationAreSeenByAllAndChangedByOwnersAndAdmins() {
        String body = RULE.replace("personal", "organization");
        as("member", organization, user)
                .body(body)
                .post("/v1/rules")
                .then()
                .statusCode(403)
                .body("type", containsString("organization-rules"));
        String id = as("admin", organization, user)
                .body(body)
                .post("/v1/rules")
                .then()
                .statusCode(201)
                .extract()
                .path("id");

        UUID colleague = UUID.randomUUID();
        as("member", organization, colleague).get("/v1/rules/" + id).then().statusCode(200);
        as("member", organization, colleague)
                .body(body)
                .put("/v1/rules/" + id)
                .then()
                .statusCode(403);
        as("member", organization, colleague).delete("/v1/rules/" + id).then().statusCode(403);
        as("owner", organization, colleague)
                .body(body)
                .put("/v1/rules/" + id)
                .then()
                .statusCode(200);
        as("owner", organization, colleague)
                .body(RULE)
                .put("/v1/rules/" + id)
                .then()
                .statusCode(422)
                .body("type", containsString("rule-scope-fixed"));
    }

    @Test
    void withoutAGoodTokenThereIsNothing() {
        given().get("/v1/rules").then().statusCode(401);
        given().auth()
                .oauth2(TestTokens.expired("owner", organization, "x"))
                .get("/v1/rules")
                .then()
                .statusCode(401);
        given().auth()
                .oauth2(TestTokens.forged("owner", organization, "x"))
                .get("/v1/rules")
                .then()
                .statusCode(401);
        given().auth()
                .oauth2(TestTokens.token("service", null, "sync"))
                .get("/v1/rules")
                .then()
                .statusCode(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "outgoing_email",
                "new_comment",
                "label_change",
                "conversation_closed",
                "conversation_reopened",
                "assignee_change",
                "team_change"
            })
    void aTypeThatIsNotAvailableIsRefusedWithThoseThatAre(String type) {
        create(RULE.replace("incoming_email", type))
                .statusCode(422)
                .body("type", containsString("rule-type-unavailable"))
                .body("detail", containsString("incoming_email"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"position\": 10 | \"colour\": 10 | /colour",
                "\"position\": 10 | \"position\": -1 | /position",
                "\"position\": 10 | \"position\": 1000001 | /position",
                "\"position\": 10 | \"position\": \"first\" | /position",
                "\"Invoices\" | \" \" | /description",
                "\"Invoices\" | \"a\\u0000b\" | /description",
                "incoming_email | sms | /type",
                "\"personal\" | \"team\" | /scope",
                "ends_with | endswith | /condition/all/0/op",
                "\"value\": \"invoice\" | \"values\": \"invoice\" | /condition/all/1/any/0/values",
                "apply_label | label_it | /actions/0/type",
                "{\"type\": \"apply_label\", \"label\": \"Finance/Invoices\"} | 7 | /actions/0/type",
            })
    void namesThePlaceOfWhatIsWrong(String good, String bad, String pointer) {
        create(RULE.replace(good, bad))
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("https://mailroom.dev/problems/invalid-input"))
                .body("errors[0].pointer", equalTo(pointer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "7", "{\"description\": {}}"})
    void whatIsNoRuleIsRefused(String body) {
        create(body).statusCode(400).contentType("application/problem+json");
    }

    @Test
    void timingIsRefusedInsteadOfBeingForgotten() {
        create(RULE.replace("\"timing\": null", "\"timing\": {\"delay\": \"1h\"}"))
                .statusCode(422)
                .body("type", containsString("rule-timing-unavailable"));
    }

    @Test
    void theSameKeyMeansTheSameRule() {
        String first = create(RULE, "key-1").statusCode(201).extract().path("id");
        String again = create(RULE, "key-1").statusCode(201).extract().path("id");

        assertThat(again).isEqualTo(first);
        create(RULE.replace("Invoices", "Other"), "key-1")
                .statusCode(409)
                .body("type", containsString("idempotency-key-reused"));
        create(RULE, "not a key").statusCode(400);
        as("member", organization, user).get("/v1/rules").then().body("data", hasSize(1));
        as("member", organization, user).delete("/v1/rules/" + first).then().statusCode(204);
        create(RULE, "key-1").statusCode(409).body("type", containsString("rule-deleted"));
        // A key is one person's own.
        as("member", organization, UUID.randomUUID())
                .header("Idempotency-Key", "key-1")
                .body(RULE)
                .post("/v1/rules")
                .then()
                .statusCode(201)
                .body("id", not(equalTo(first)));
    }

    @Test
    void listsInTheOrderInWhichRulesRunPageByPage() {
        for (String[] rule :
                new String[][] {{"b", "0"}, {"Ä", "0"}, {"A", "0"}, {"z", "5"}, {"B2", "0"}, {"a", "1000000"}}) {
            create(RULE.replace("\"Invoices\"", "\"" + rule[0] + "\"")
                            .replace("\"position\": 10", "\"position\": " + rule[1]))
                    .statusCode(201);
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            var page = as("member", organization, user)
                    .queryParam("limit", 2)
                    .queryParam("cursor", cursor)
                    .get("/v1/rules")
                    .then()
                    .statusCode(200)
                    .extract();
            seen.addAll(page.path("data.description"));
            cursor = page.path("next");
        } while (cursor != null);

        assertThat(seen).containsExactly("A", "b", "B2", "Ä", "z", "a");
        as("member", organization, user)
                .queryParam("cursor", "bm9uc2Vuc2U")
                .get("/v1/rules")
                .then()
                .statusCode(400);
    }

    @Test
    void aNewOrderNamesEveryRuleOnce() {
        String a = create(RULE).extract().path("id");
        String b = create(RULE).extract().path("id");

        as("member", organization, user)
                .body("{\"scope\": \"personal\", \"rules\": [\"%s\", \"%s\"]}".formatted(b, a))
                .post("/v1/rules/reorder")
                .then()
                .statusCode(204);
        as("member", organization, user)
                .get("/v1/rules")
                .then()
                .body("data.id", contains(b, a))
                .body("data.position", contains(10, 20));
        for (String order : List.of(
                "\"" + a + "\"", "\"%s\", \"%s\"".formatted(a, a), "\"%s\", \"%s\", \"%s\"".formatted(a, b, user))) {
            as("member", organization, user)
                    .body("{\"scope\": \"personal\", \"rules\": [" + order + "]}")
                    .post("/v1/rules/reorder")
                    .then()
                    .statusCode(409)
                    .body("type", containsString("rules-changed"));
        }
        as("member", organization, user)
                .body("{\"scope\": \"organization\", \"rules\": []}")
                .post("/v1/rules/reorder")
                .then()
                .statusCode(403);
        as("member", organization, user)
                .body("{\"scope\": \"personal\", \"rules\": [null]}")
                .post("/v1/rules/reorder")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", startsWith("/rules"));
    }

    @Test
    void aThousandRulesAreTheMost() {
        ServiceFixture.execute("""
                insert into rule (id, organization, scope, owner, type, description, description_key, position, enabled,
                    stop_processing, condition, actions, version, created_at, updated_at)
                select gen_random_uuid(), '%s', 'personal', '%s', 'incoming_email', 'r', 'r', 0, true,
                    false, '{}', '[{"type": "archive"}]', 1, now(), now() from generate_series(1, 999)
                """.formatted(organization, user));

        create(RULE).statusCode(201);
        create(RULE).statusCode(409).body("type", containsString("rule-limit"));
        as("member", organization, UUID.randomUUID())
                .body(RULE)
                .post("/v1/rules")
                .then()
                .statusCode(201);
    }

    @Test
    void aRuleForAnAccountThatIsNotThereIsBrokenUntilItComes() {
        UUID account = UUID.randomUUID();
        String body = RULE.replace(
                "\"field\": \"from\", \"op\": \"ends_with\", \"value\": \"@example.com\"",
                "\"field\": \"email_account\", \"op\": \"in\", \"value\": [\"" + account + "\"]");
        String id = create(body)
                .statusCode(201)
                .body("state", equalTo("broken"))
                .body("problems", hasItem(containsString(account.toString())))
                .extract()
                .path("id");

        try (ServiceFixture fixture = new ServiceFixture()) {
            fixture.connectAccount(account, organization, user, false, "ana@example.com");
        }

        as("member", organization, user).get("/v1/rules/" + id).then().body("state", equalTo("ok"));
    }

    @Test
    void warnsOfWhatIsProbablyNotMeant() {
        create(RULE.replace(
                        "{\"field\": \"subject\", \"op\": \"contains\", \"value\": \"invoice\"}",
                        "{\"field\": \"cc\", \"op\": \"exists\"},"
                                + "{\"field\": \"subject\", \"op\": \"not_contains\", \"value\": \"spam\"}"))
                .statusCode(201)
                .body("warnings[0].pointer", equalTo("/condition/all/1/any/1"));
    }

    @Test
    void saysHowItIs() {
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/openapi").then().statusCode(200).body(containsString("/v1/rules/{id}/runs"));
        String metrics =
                given().get("/q/metrics").then().statusCode(200).extract().asString();
        assertThat(metrics)
                .contains("mailroom_rule_runs_total{outcome=\"ran\"}")
                .contains("mailroom_rule_runs_total{outcome=\"paused\"}")
                .contains("mailroom_rule_evaluation_seconds_count");
    }

    private ValidatableResponse create(String body) {
        return create(body, null);
    }

    private ValidatableResponse create(String body, @Nullable String key) {
        var request = as("member", organization, user).body(body);
        return (key == null ? request : request.header("Idempotency-Key", key))
                .post("/v1/rules")
                .then();
    }

    private static String message(String subject) {
        return """
                {"id": "%s", "conversation": "%s", "subject": "%s", "preview": "", "text": "Hi",
                 "text_truncated": false, "from": {"name": null, "address": "noreply@example.com"},
                 "delivered_at": "2026-11-20T10:00:00Z", "size_bytes": 10, "unread": true, "flagged": false,
                 "automation": {"null_return_path": false}, "partially_parsed": false}
                """.formatted(UUID.randomUUID(), UUID.randomUUID(), subject);
    }
}
