package dev.mailroom.account.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.account.ServiceTest;
import dev.mailroom.account.mail.TestMailbox;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who changed what is written down with the change, and stays. */
@QuarkusTest
class AuditTest extends ServiceTest {
    private final TestMailbox mailbox = TestMailbox.start();

    @Inject
    AuditTrail trail;

    @Inject
    Clock clock;

    @AfterEach
    void stopMailbox() {
        mailbox.close();
    }

    @Test
    void tellsTheWholeLifeOfAnAccountNewestFirst() {
        UUID account = connected(mailbox);
        asAdmin().body(Map.of("display_name", "Ana S.", "history", "5y")).patch("/v1/accounts/{id}", account);
        asAdmin().body(Map.of("password", TestMailbox.PASSWORD)).patch("/v1/accounts/{id}", account);
        asAdmin().post("/v1/accounts/{id}/pause", account);
        asAdmin().post("/v1/accounts/{id}/pause", account);
        asAdmin().post("/v1/accounts/{id}/resume", account);
        asAdmin().post("/v1/accounts/{id}/reconnect", account);
        asService().get("/v1/accounts/{id}/credential", account);
        asAdmin().delete("/v1/accounts/{id}", account).then().statusCode(409);
        asAdmin().delete("/v1/accounts/{id}?confirm=true", account).then().statusCode(204);

        JsonPath entries = audit("subject", account);

        assertThat(entries.getList("data.action", String.class))
                .containsExactly(
                        "account.removed",
                        "credential.read",
                        "account.reconnected",
                        "account.resumed",
                        "account.paused",
                        "account.changed",
                        "account.changed",
                        "account.connected");
        assertThat(entries.getList("data[6].changes", Map.class))
                .containsExactly(
                        Map.of("field", "display_name", "old", "Ana Silva", "now", "Ana S."),
                        Map.of("field", "history", "old", "1y", "now", "5y"));
        assertThat(entries.getList("data[5].changes", Map.class))
                .containsExactly(Map.of("field", "password", "hidden", true));
        assertThat(entries.getString("data[0].actor.kind")).isEqualTo("user");
        assertThat(entries.getString("data[0].actor.id")).isEqualTo(user.toString());
        assertThat(entries.getList("data[0].actor.roles", String.class)).containsExactly("admin");
        assertThat(entries.getString("data[1].actor.kind")).isEqualTo("service");
        assertThat(entries.getString("data[0].subject.type")).isEqualTo("account");
        assertThat(Instant.parse(entries.getString("data[0].at")))
                .isBetween(clock.instant().minusSeconds(60), clock.instant().plusSeconds(5));
    }

    @Test
    void tellsOfContactsWhichFieldsChangedAndNotToWhat() {
        String id = asAdmin()
                .body(Map.of("name", "Bo Lind", "emails", List.of("bo.lind@example.org")))
                .post("/v1/contacts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        asAdmin()
                .body(Map.of("company", "Lind & Co"))
                .patch("/v1/contacts/{id}", id)
                .then()
                .statusCode(200);
        asAdmin().delete("/v1/contacts/{id}", id).then().statusCode(204);
        String rows = asAdmin()
                .contentType("text/csv")
                .body("name,email\nCy,cy@example.org\n")
                .post("/v1/contacts/import")
                .then()
                .statusCode(200)
                .extract()
                .path("id");

        JsonPath entries = audit("subject", UUID.fromString(id));

        assertThat(entries.getList("data.action", String.class))
                .containsExactly("contact.removed", "contact.changed", "contact.added");
        assertThat(entries.getList("data[1].changes", Map.class))
                .containsExactly(Map.of("field", "company", "hidden", true));
        assertThat(entries.prettify()).doesNotContain("lind").doesNotContain("Lind");
        assertThat(audit("subject", UUID.fromString(rows)).getList("data.action", String.class))
                .containsExactly("contact.import_begun");
    }

    @Test
    void neverHoldsAPasswordOrTheNameOfALogIn() {
        Map<String, Object> form = mailbox.form();
        form.put("username", "login-canary");
        mailbox.user("login-canary", TestMailbox.PASSWORD);
        asAdmin().body(form).post("/v1/accounts").then().statusCode(201);

        String log = String.join(
                "\n", rows("select a::text from audit_log a where organization_id = '" + organization + "'"));

        assertThat(log).contains("account.connected").doesNotContain(TestMailbox.PASSWORD, "login-canary");
    }

    @Test
    void namesTheRequestAsTheClientDoes() {
        asAdmin()
                .header("X-Request-Id", "form-7")
                .body(mailbox.form())
                .post("/v1/accounts")
                .then()
                .statusCode(201);

        assertThat(audit("action", "account.connected").getString("data[0].request_id"))
                .isEqualTo("form-7");
    }

    @Test
    void writesNothingWhenTheChangeFails() {
        asAdmin().body(Map.of("display_name", "x")).patch("/v1/accounts/{id}", UUID.randomUUID());
        Map<String, Object> wrong = mailbox.form();
        wrong.put("password", "wrong");
        asAdmin().body(wrong).post("/v1/accounts").then().statusCode(422);

        assertThat(rows("select action from audit_log where organization_id = '" + organization + "'"))
                .containsOnly("user.first_seen");
    }

    @Test
    void tellsOfAPersonWhoIsSeenForTheFirstTime() {
        as("member", organization, user).get("/v1/accounts").then().statusCode(200);

        JsonPath entries = audit("action", "user.first_seen");

        // Whoever reads the log is new as well.
        assertThat(entries.getList("data.subject.id", String.class)).containsOnly(user.toString());
        assertThat(entries.getString("data[0].actor.id")).isEqualTo(user.toString());
        assertThat(entries.getList("data[0].changes", Map.class)).contains(Map.of("field", "role", "now", "member"));
        assertThat(entries.getString("data[0].request_id")).isNotEmpty();
    }

    @Test
    void tellsWhatARemovedTeamOrPersonDidToTheSharingOfAccounts() {
        UUID account = connected(mailbox);
        UUID named = colleague();
        UUID team = team(List.of(), List.of());
        asAdmin()
                .body(Map.of("sharing", Map.of("mode", "shared", "team", team, "users", List.of(named))))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);

        asAdmin().delete("/v1/teams/{id}?confirm=true", team).then().statusCode(204);
        asAdmin().delete("/v1/users/{id}?confirm=true", named).then().statusCode(204);

        JsonPath entries = audit("subject", account);
        assertThat(entries.getList("data.action", String.class))
                .containsExactly("account.changed", "account.changed", "account.changed", "account.connected");
        String both = "shared team=" + team + " users=[" + named + "] delivery=team_inbox";
        String one = "shared team=null users=[" + named + "] delivery=team_inbox";
        assertThat(entries.getList("data.changes", List.class).subList(0, 3))
                .containsExactly(
                        List.of(Map.of("field", "sharing", "old", one, "now", "personal")),
                        List.of(Map.of("field", "sharing", "old", both, "now", one)),
                        List.of(Map.of("field", "sharing", "old", "personal", "now", both)));
        assertThat(entries.getString("data[0].actor.id")).isEqualTo(user.toString());
    }

    @Test
    void saysThatAnAccountIsSharedWithEveryone() {
        UUID account = connected(mailbox);
        asAdmin()
                .body(Map.of("sharing", Map.of("mode", "shared", "delivery", "inbox")))
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);

        assertThat(audit("subject", account).getList("data[0].changes", Map.class))
                .containsExactly(
                        Map.of("field", "sharing", "old", "personal", "now", "shared everyone delivery=inbox"));
    }

    @Test
    void isReadByOwnersAndAdminsOfTheOrganizationOnly() {
        UUID account = connected(mailbox);

        as("owner", organization, UUID.randomUUID())
                .get("/v1/audit?subject=" + account)
                .then()
                .body("data", hasSize(1));
        as("admin", UUID.randomUUID(), user)
                .get("/v1/audit?subject=" + account)
                .then()
                .statusCode(200)
                .body("data", hasSize(0));
        as("member", organization, user).get("/v1/audit").then().statusCode(403);
        asService().get("/v1/audit").then().statusCode(403);
    }

    @Test
    void showsAnOperatorWhatHappenedToTheInstallationAndNothingOfOrganizations() {
        connected(mailbox);
        asOperator().post("/v1/vault/rotate").then().statusCode(200);

        JsonPath entries = asOperator()
                .get("/v1/audit?limit=200")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        assertThat(entries.getList("data.action", String.class))
                .contains("vault.rotated")
                .doesNotContain("account.connected");
        assertThat(entries.getString("data[0].actor.kind")).isEqualTo("operator");
        assertThat(audit("action", "vault.rotated").getList("data")).isEmpty();
    }

    @Test
    void narrowsAndPagesTheList() {
        UUID account = connected(mailbox);
        for (int i = 0; i < 5; i++) {
            asAdmin()
                    .body(Map.of("display_name", "Ana " + i))
                    .patch("/v1/accounts/{id}", account)
                    .then()
                    .statusCode(200);
        }

        List<String> names = new ArrayList<>();
        String cursor = null;
        do {
            var request = asAdmin().queryParam("limit", 2).queryParam("action", "account.changed");
            var page = (cursor == null ? request : request.queryParam("cursor", cursor)).get("/v1/audit");
            names.addAll(page.jsonPath().getList("data.collect { it.changes[0].now }", String.class));
            cursor = page.path("next");
        } while (cursor != null);

        assertThat(names).containsExactly("Ana 4", "Ana 3", "Ana 2", "Ana 1", "Ana 0");
        assertThat(audit("actor", user).getList("data")).hasSize(7);
        assertThat(audit("actor", UUID.randomUUID()).getList("data")).isEmpty();
        assertThat(audit("from", clock.instant().minusSeconds(60)).getList("data"))
                .hasSize(7);
        assertThat(audit("to", clock.instant().minusSeconds(60)).getList("data"))
                .isEmpty();
    }

    @Test
    void namesAParameterThatIsNone() {
        for (var bad : List.of(
                List.of("subject", "x"),
                List.of("subject", "1-1-1-1-1"),
                List.of("actor", "ana"),
                List.of("action", "Drop table"),
                List.of("from", "yesterday"),
                List.of("to", "2026-13-01T00:00:00Z"),
                List.of("cursor", "%%"),
                List.of("limit", "0"))) {
            asAdmin()
                    .queryParam(bad.getFirst(), bad.getLast())
                    .get("/v1/audit")
                    .then()
                    .statusCode(400)
                    .body("errors[0].pointer", equalTo("?" + bad.getFirst()));
        }
    }

    @Test
    void canOnlyBeAddedTo() throws SQLException {
        connected(mailbox);
        try (var connection = database().connect();
                var statement = connection.createStatement()) {
            statement.execute("select set_config('mailroom.organization', '*', false)");

            assertThatThrownBy(() -> statement.executeUpdate("update audit_log set action = 'a.b'"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.executeUpdate("truncate audit_log"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.executeUpdate("delete from audit_log"))
                    .hasMessageContaining("permission denied");
            // Not even what the service may ask the owner for takes anything that is young.
            statement.execute("select prune_audit_log(now() + interval '1 day', 1000000)");
        }
        assertThat(rows("select id from audit_log where organization_id = '" + organization + "'"))
                .isNotEmpty();
    }

    @Test
    void keepsWhatIsOldFromWhoWorksForOneOrganization() throws SQLException {
        insertAged(Duration.ofDays(401), 2);
        try (var connection = database().connect();
                var statement = connection.createStatement()) {
            statement.execute("select set_config('mailroom.organization', '" + organization + "', false)");
            statement.execute("select prune_audit_log(now(), 1000000)");
        }
        assertThat(rows("select id from audit_log where organization_id = '" + organization + "'"))
                .hasSize(2);
    }

    @Test
    void forgetsWhatIsOlderThanTheRetentionInBatches() {
        insertAged(Duration.ofDays(401), 2_500);
        insertAged(Duration.ofDays(399), 3);

        trail.prune().await().atMost(Duration.ofSeconds(30));

        assertThat(rows("select id from audit_log where organization_id = '" + organization + "'"))
                .hasSize(3);
    }

    private void insertAged(Duration age, int count) {
        execute(
                "select set_config('mailroom.organization', '*', false); insert into audit_log (id, organization_id, occurred_at, actor_kind,"
                        + " action, subject_type) select gen_random_uuid(), '" + organization + "', now() - interval '"
                        + age.toDays()
                        + " days', 'system', 'account.changed', 'account' from generate_series(1, " + count + ")");
    }

    private JsonPath audit(String parameter, @Nullable Object value) {
        return asAdmin()
                .queryParam(parameter, String.valueOf(value))
                .get("/v1/audit")
                .then()
                .statusCode(200)
                .body("next", nullValue())
                .extract()
                .jsonPath();
    }
}
