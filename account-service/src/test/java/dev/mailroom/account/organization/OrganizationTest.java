package dev.mailroom.account.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.KafkaLog;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OrganizationTest extends ServiceTest {

    @Test
    void isThereForWhoeverComesFirst() {
        as("member", organization, user)
                .get("/v1/organization")
                .then()
                .statusCode(200)
                .body("id", equalTo(organization.toString()))
                .body("name", nullValue())
                .body("plan", equalTo("paid"))
                .body("revision", equalTo(1));
        assertThat(events(1).getFirst().data().get("plan").asText()).isEqualTo("paid");
    }

    @Test
    void getsAName() {
        for (int i = 0; i < 2; i++) {
            asAdmin()
                    .body(Map.of("name", " Example Ltd "))
                    .patch("/v1/organization")
                    .then()
                    .statusCode(200)
                    .body("name", equalTo("Example Ltd"))
                    .body("revision", equalTo(2));
        }
        LoggedRecord event = events(2).getLast();
        assertThat(event.type()).isEqualTo("dev.mailroom.organization.changed.v1");
        assertThat(event.data().get("name").asText()).isEqualTo("Example Ltd");
    }

    @Test
    void namesWhatIsWrong() {
        for (Object name : List.of("", " ", "x".repeat(201), "a\r\nb", "a\u0000b", 1, List.of())) {
            asAdmin()
                    .body(Map.of("name", name))
                    .patch("/v1/organization")
                    .then()
                    .statusCode(400)
                    .body("errors.pointer", equalTo(List.of("/name")));
        }
        asAdmin().body(Map.of("id", 1)).patch("/v1/organization").then().statusCode(400);
        asAdmin().body("null").patch("/v1/organization").then().statusCode(400);
        for (Object plan : List.of("", "gold", 1, true)) {
            assertThat(setPlan(organization, Map.of("plan", plan))).isEqualTo(400);
        }
        assertThat(setPlan(organization, Map.of())).isEqualTo(400);
    }

    @Test
    void leavesThePlanToWhoRunsTheInstallation() {
        for (String role : List.of("owner", "admin")) {
            as(role, organization, user)
                    .body(Map.of("plan", "paid"))
                    .patch("/v1/organization")
                    .then()
                    .statusCode(403)
                    .body("type", containsString("operator-required"));
        }
        for (String role : List.of("owner", "admin", "member")) {
            as(role, organization, user)
                    .body(Map.of("plan", "paid"))
                    .put("/v1/organizations/{id}/plan", organization)
                    .then()
                    .statusCode(403);
        }
        as("member", organization, user)
                .body(Map.of("name", "x"))
                .patch("/v1/organization")
                .then()
                .statusCode(403);
        asOperator().get("/v1/organization").then().statusCode(403);
    }

    @Test
    void aServiceThatIsBoundToAnOrganizationSetsThePlanOfThatOneAlone() {
        UUID elsewhere = UUID.randomUUID();

        for (String role : List.of("service", "operator")) {
            as(role, elsewhere, user)
                    .body(Map.of("plan", "free"))
                    .put("/v1/organizations/{id}/plan", organization)
                    .then()
                    .statusCode(404);
            as(role, elsewhere, user)
                    .body(Map.of("plan", "free"))
                    .put("/v1/organizations/{id}/plan", elsewhere)
                    .then()
                    .statusCode(200)
                    .body("plan", equalTo("free"));
        }
        asAdmin().get("/v1/organization").then().body("plan", equalTo("paid"));
    }

    @Test
    void needsAPaidPlanForAllHistory() {
        assertThat(setPlan(organization, Map.of("plan", "free"))).isEqualTo(200);
        try (TestMailbox mailbox = TestMailbox.start()) {
            Map<String, Object> all = new HashMap<>(mailbox.form());
            all.put("history", "all");
            asAdmin()
                    .body(all)
                    .post("/v1/accounts")
                    .then()
                    .statusCode(403)
                    .body("type", containsString("plan-required"));
            UUID account = connected(mailbox);
            asAdmin()
                    .body(Map.of("history", "all"))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(403)
                    .body("type", containsString("plan-required"));

            assertThat(setPlan(organization, Map.of("plan", "paid"))).isEqualTo(200);
            asAdmin()
                    .body(Map.of("history", "all"))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(200);

            // What is there stays, and can still be changed in other ways.
            assertThat(setPlan(organization, Map.of("plan", "free"))).isEqualTo(200);
            asAdmin()
                    .body(Map.of("display_name", "Ana S."))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(200)
                    .body("history", equalTo("all"));
        }
        assertThat(events(4))
                .extracting(event -> event.data().get("plan").asText())
                .containsExactly("paid", "free", "paid", "free");
    }

    @Test
    void keepsThePlansOfOrganizationsApart() {
        UUID elsewhere = UUID.randomUUID();
        assertThat(setPlan(elsewhere, Map.of("plan", "free"))).isEqualTo(200);

        asAdmin().get("/v1/organization").then().body("plan", equalTo("paid"));
        as("owner", elsewhere, user).get("/v1/organization").then().body("plan", equalTo("free"));
    }

    private static int setPlan(UUID of, Map<String, ?> body) {
        return asOperator()
                .contentType(ContentType.JSON)
                .body(body)
                .put("/v1/organizations/{id}/plan", of)
                .then()
                .extract()
                .statusCode();
    }

    private List<LoggedRecord> events(int count) {
        try (KafkaLog log = KafkaLog.of("mailroom.organization.events")) {
            return log.awaitAll(
                    "events", count, record -> organization.toString().equals(record.key()));
        }
    }
}
