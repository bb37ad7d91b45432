package dev.mailroom.account.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What those who manage an organization may do with a colleague's personal account. */
@QuarkusTest
class PersonalAccountTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();
    private UUID ana = UUID.randomUUID();
    private UUID account = UUID.randomUUID();

    @BeforeEach
    void connect() {
        ana = colleague();
        account = UUID.fromString(asAna().body(mailbox.form())
                .post("/v1/accounts")
                .then()
                .statusCode(201)
                .extract()
                .path("id"));
    }

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    private RequestSpecification asAna() {
        return as("member", organization, ana);
    }

    private RequestSpecification asBoss() {
        return as("owner", organization, user);
    }

    @Test
    void keepsManagersFromReadingAndSending() {
        Map<String, Object> toMyself = Map.of("mode", "shared", "users", List.of(user));
        List<Map<String, ?>> changes = List.of(
                Map.of("display_name", "x"),
                Map.of("username", "x"),
                Map.of("password", TestMailbox.PASSWORD),
                Map.of("history", "5y"),
                Map.of("sidebar", "choose"));
        String alias = alias();

        for (String role : List.of("admin", "owner")) {
            for (Map<String, ?> change : changes) {
                refused(as(role, organization, user).body(change).patch("/v1/accounts/{id}", account));
            }
            refused(as(role, organization, user)
                    .body(Map.of("sharing", toMyself, "display_name", "x"))
                    .patch("/v1/accounts/{id}", account));
            refused(as(role, organization, user)
                    .body(Map.of("address", "boss@example.com"))
                    .post("/v1/accounts/{id}/aliases", account));
            refused(as(role, organization, user)
                    .body(Map.of("name", "x"))
                    .patch("/v1/accounts/{id}/aliases/{alias}", account, alias));
            refused(as(role, organization, user).delete("/v1/accounts/{id}/aliases/{alias}", account, alias));
            as(role, organization, user)
                    .get("/v1/accounts/{id}/aliases", account)
                    .then()
                    .statusCode(200)
                    .body("data.may_send", not(hasItem(true)));
        }
        refused(asAdmin().body(Map.of("sharing", toMyself)).patch("/v1/accounts/{id}", account));
        asAna().get("/v1/accounts/{id}", account).then().body("revision", equalTo(1));
        asAna().get("/v1/accounts/{id}/aliases", account).then().body("data.may_send", equalTo(List.of(true)));
    }

    private static void refused(Response answer) {
        answer.then().statusCode(403).body("type", containsString("personal-account"));
    }

    private String alias() {
        return asAna().get("/v1/accounts/{id}/aliases", account)
                .then()
                .statusCode(200)
                .extract()
                .path("data[0].id");
    }

    @Test
    void letsManagersSeeStopAndRemove() {
        asAdmin().get("/v1/accounts/{id}", account).then().statusCode(200);
        asAdmin().post("/v1/accounts/{id}/pause", account).then().statusCode(200);
        asAdmin().post("/v1/accounts/{id}/resume", account).then().statusCode(200);
        asAdmin().delete("/v1/accounts/{id}?confirm=true", account).then().statusCode(204);
    }

    @Test
    void letsAnOwnerOfTheOrganizationShareItAndWritesThatDown() {
        UUID colleague = colleague();

        asBoss().body(Map.of("sharing", Map.of("mode", "shared", "users", List.of(colleague))))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200)
                .body("sharing.users", equalTo(List.of(colleague.toString())));

        var entries = asAdmin()
                .queryParam("subject", account)
                .get("/v1/audit")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(entries.getString("data[0].action")).isEqualTo("account.converted");
        assertThat(entries.getString("data[0].actor.id")).isEqualTo(user.toString());
        assertThat(entries.getList("data[0].changes.field", String.class)).containsExactly("sharing");
        // From now on it is the organization's.
        asAdmin()
                .body(Map.of("display_name", "x"))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
        asAdmin()
                .queryParam("subject", account)
                .get("/v1/audit")
                .then()
                .body("data[0].action", equalTo("account.changed"));
    }
}
