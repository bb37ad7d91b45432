package dev.mailroom.rules.evaluation;

import static dev.mailroom.rules.ServiceFixture.as;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import dev.mailroom.rules.ServiceFixture;
import dev.mailroom.testkit.MailroomInfrastructure;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(
        value = MailroomInfrastructure.class,
        scope = TestResourceScope.GLOBAL,
        initArgs = @ResourceArg(name = "db", value = "rules"))
class RuleTestResourceTest {
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
    void aTestTracesEveryConditionAndDoesNothing() {
        String id = create(RULE.replace(
                        "[{\"type\": \"apply_label\", \"label\": \"Finance/Invoices\"}]",
                        "[{\"type\": \"archive\"}, {\"type\": \"send_response\", \"text\": \"Thanks\"}]"))
                .extract()
                .path("id");

        as("member", organization, user)
                .body("{\"message\": " + message("Invoice 7") + "}")
                .post("/v1/rules/" + id + "/test")
                .then()
                .statusCode(200)
                .body("matched", equalTo(true))
                .body("would_run", equalTo(true))
                .body("trace.kind", equalTo("all"))
                .body("trace.children[1].children[0].pointer", equalTo("/all/1/any/0"))
                .body("actions.outcome", contains("ok", "skipped"))
                .body("actions[1].reason", containsString("not read by a person"));
        as("member", organization, user)
                .body("{\"message\": " + message("Hello") + "}")
                .post("/v1/rules/" + id + "/test")
                .then()
                .body("matched", equalTo(false))
                .body("trace.children[0].matched", equalTo(true))
                .body("trace.children[1].matched", equalTo(false))
                .body("actions", empty());
        as("member", organization, user)
                .body("{\"message\": " + message("Invoice") + ", \"spam\": true}")
                .post("/v1/rules/" + id + "/test")
                .then()
                .body("matched", equalTo(true))
                .body("would_run", equalTo(false));
        for (String body : List.of("{}", "{\"message\": {}}", "{\"message\": 1}", "{\"mesage\": {}}", "")) {
            as("member", organization, user)
                    .body(body)
                    .post("/v1/rules/" + id + "/test")
                    .then()
                    .statusCode(400)
                    .contentType("application/problem+json");
        }
        as("member", organization, user).get("/v1/rules/" + id + "/runs").then().body("data", empty());
    }

    @Test
    void saysThatARuleDoesNotSeeTheAccountItNames() {
        UUID shared = UUID.randomUUID();
        try (ServiceFixture fixture = new ServiceFixture()) {
            fixture.connectAccount(shared, organization, user, true, "team@example.com");
        }
        String id = create(RULE.replace(
                        "\"field\": \"from\", \"op\": \"ends_with\", \"value\": \"@example.com\"",
                        "\"field\": \"email_account\", \"op\": \"is\", \"value\": \"" + shared + "\""))
                .statusCode(201)
                .body("state", equalTo("ok"))
                .body("warnings[0].pointer", equalTo("/scope"))
                .body("warnings[0].message", containsString("does not see its mail"))
                .extract()
                .path("id");

        as("member", organization, user)
                .body("{\"message\": " + message("invoice") + ", \"account\": \"" + shared + "\"}")
                .post("/v1/rules/" + id + "/test")
                .then()
                .statusCode(200)
                .body("matched", equalTo(true))
                .body("would_run", equalTo(false))
                .body("reason", containsString("do not see this account"));
        as("member", organization, user)
                .body("{\"message\": " + message("invoice") + ", \"account\": \"" + user + "\"}")
                .post("/v1/rules/" + id + "/test")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/account"));
    }

    private ValidatableResponse create(String body) {
        return as("member", organization, user).body(body).post("/v1/rules").then();
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
