package dev.mailroom.account.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The people of an organization. */
@QuarkusTest
class UserTest extends PeopleScene {
    @Test
    void addsAPerson() {
        UUID id = UUID.randomUUID();
        create(Map.of("id", id, "name", "  Bo Berg ", "email", "Bo@Example.com", "role", "admin"))
                .statusCode(201)
                .header("Location", containsString("/v1/users/" + id))
                .body("id", equalTo(id.toString()))
                .body("name", equalTo("Bo Berg"))
                .body("email", equalTo("Bo@Example.com"))
                .body("role", equalTo("admin"))
                .body("revision", equalTo(1));

        asAdmin().get("/v1/users/{id}", id).then().statusCode(200).body("name", equalTo("Bo Berg"));
        LoggedRecord event = events(id, 1).getFirst();
        assertThat(event.type()).isEqualTo("dev.mailroom.user.changed.v1");
        assertThat(event.key()).isEqualTo(organization + "/" + id);
        assertThat(event.data().get("email").asText()).isEqualTo("Bo@Example.com");
        assertThat(event.data().get("role").asText()).isEqualTo("admin");
    }

    @Test
    void makesAnIdForWhoHasNone() {
        String id = create(Map.of("name", "Bo", "email", "bo@example.com"))
                .statusCode(201)
                .body("role", equalTo("member"))
                .extract()
                .path("id");

        assertThat(UUID.fromString(id)).isNotNull();
    }

    private record Bad(String pointer, @Nullable Object value) {}

    @Test
    void namesEveryFieldThatIsWrong() {
        List<Bad> bad = new ArrayList<>();
        bad.add(new Bad("/name", null));
        bad.add(new Bad("/email", null));
        for (Object name : List.of(
                "",
                " ",
                "x".repeat(201),
                "Bo\r\nBcc: x",
                "a\u0000b",
                "a\u202eb",
                "a\u200bb",
                "a\ufeffb",
                "a\u2028b",
                1,
                Map.of())) {
            bad.add(new Bad("/name", name));
        }
        for (Object email : List.of(
                "",
                "bo",
                "@example.com",
                "bo@",
                "b o@example.com",
                "bo@a@example.com",
                "<bo@example.com>",
                "bo@example.com\r\nX: y",
                "bo\u0000@example.com",
                "x".repeat(254) + "@example.com",
                List.of())) {
            bad.add(new Bad("/email", email));
        }
        for (Object id : List.of("", "bo", 7, List.of())) {
            bad.add(new Bad("/id", id));
        }
        for (Object role : List.of("", "operator", "service", "OWNER", 0, true)) {
            bad.add(new Bad("/role", role));
        }
        bad.add(new Bad("/organization", UUID.randomUUID()));
        for (Bad field : bad) {
            Map<String, Object> form = new HashMap<>(Map.of("name", "Bo", "email", "bo@example.com"));
            form.put(field.pointer().substring(1), field.value());
            assertNamed(field, create(form));
            if (field.value() != null) {
                assertNamed(
                        field,
                        asAdmin()
                                .body(Map.of(field.pointer().substring(1), field.value()))
                                .patch("/v1/users/{id}", user)
                                .then());
            }
        }
        asAdmin().get("/v1/users").then().body("data.name", not(hasItem("Bo")));
        asAdmin().body("").post("/v1/users").then().statusCode(400);
        asAdmin().body("[]").post("/v1/users").then().statusCode(400);
    }

    private static void assertNamed(Bad field, ValidatableResponse answer) {
        String what = field.pointer() + " = " + field.value();
        assertThat(answer.extract().statusCode()).as(what).isEqualTo(400);
        assertThat(answer.extract().jsonPath().getList("errors.pointer", String.class))
                .as(what)
                .containsExactly(field.pointer());
    }

    @Test
    void keepsIdsAndAddressesApart() {
        UUID id = colleague();
        create(Map.of("id", id, "name", "x", "email", "other@example.com"))
                .statusCode(409)
                .body("type", containsString("user-exists"));
        create(Map.of("name", "x", "email", id.toString().toUpperCase(java.util.Locale.ROOT) + "@EXAMPLE.com"))
                .statusCode(409)
                .body("type", containsString("email-taken"));

        UUID elsewhere = UUID.randomUUID();
        as("owner", elsewhere, UUID.randomUUID())
                .body(Map.of("id", id, "name", "Same person", "email", id + "@example.com"))
                .post("/v1/users")
                .then()
                .statusCode(201);
        asAdmin().get("/v1/users/{id}", id).then().body("name", equalTo("Bo Berg"));
    }

    @Test
    void changesAPerson() {
        UUID id = colleague();

        asAdmin()
                .body(Map.of("name", "Bo B.", "role", "admin"))
                .patch("/v1/users/{id}", id)
                .then()
                .statusCode(200)
                .body("name", equalTo("Bo B."))
                .body("role", equalTo("admin"))
                .body("revision", equalTo(2));
        asAdmin()
                .body(Map.of("name", "Bo B."))
                .patch("/v1/users/{id}", id)
                .then()
                .statusCode(200)
                .body("revision", equalTo(2));

        assertThat(events(id, 2))
                .extracting(event -> event.data().get("revision").asLong())
                .containsExactly(1L, 2L);
    }

    @Test
    void addsAPersonOnceForOneKey() {
        Map<String, String> form = Map.of("name", "Bo", "email", "bo@example.com");
        String first = keyed(form).statusCode(201).extract().path("id");

        keyed(form).statusCode(201).body("id", equalTo(first));
        keyed(Map.of("name", "Other", "email", "bo@example.com"))
                .statusCode(409)
                .body("type", containsString("idempotency-key-reused"));
    }

    @Test
    void listsInPages() {
        for (int i = 0; i < 3; i++) {
            colleague();
        }
        var first = asAdmin()
                .get("/v1/users?limit=4")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        var second = asAdmin()
                .get("/v1/users?limit=4&cursor=" + first.getString("next"))
                .then()
                .statusCode(200)
                .body("next", nullValue())
                .extract()
                .jsonPath();

        // Three colleagues, the three owners who added them and the admin who asks.
        assertThat(first.getList("data.id")).hasSize(4);
        assertThat(second.getList("data.id")).hasSize(3).doesNotContainAnyElementsOf(first.getList("data.id"));
        asAdmin().get("/v1/users?cursor=bm9uZQ").then().statusCode(400);
    }

    @Test
    void hasRoomForTenThousand() {
        asAdmin().get("/v1/users").then().statusCode(200);
        rows("with made as (insert into users (organization_id, id, revision, name, role, created_at, updated_at)"
                + " select '" + organization + "', gen_random_uuid(), 1, 'x', 'member', now(), now()"
                + " from generate_series(1, " + (Users.USERS_MAX - 1) + ") returning 1) select count(*) from made");

        create(Map.of("name", "x", "email", "x@example.com"))
                .statusCode(409)
                .body("type", containsString("too-many-users"));
        as("member", organization, UUID.randomUUID()).get("/v1/accounts").then().statusCode(200);
        assertThat(rows("select count(*) from users where organization_id = '" + organization + "'"))
                .containsExactly(Integer.toString(Users.USERS_MAX));
    }

    @Test
    void leavesATraceOfEveryChange() {
        UUID id = colleague();
        UUID team = team(List.of(id), List.of());
        asAdmin()
                .body(Map.of("role", "admin"))
                .patch("/v1/users/{id}", id)
                .then()
                .statusCode(200);
        asAdmin()
                .body(Map.of("name", "Sales"))
                .patch("/v1/teams/{id}", team)
                .then()
                .statusCode(200);
        asAdmin()
                .body(Map.of("name", "Example"))
                .patch("/v1/organization")
                .then()
                .statusCode(200);
        asAdmin().delete("/v1/users/{id}", id).then().statusCode(204);
        asAdmin().delete("/v1/teams/{id}", team).then().statusCode(204);

        asAdmin()
                .get("/v1/audit")
                .then()
                .statusCode(200)
                .body(
                        "data.findAll { it.action != 'user.first_seen' }.action",
                        equalTo(List.of(
                                "team.removed",
                                "user.removed",
                                "organization.changed",
                                "team.changed",
                                "user.changed",
                                "team.added",
                                "user.added")))
                .body("data.find { it.action == 'user.changed' }.changes[0].field", equalTo("role"))
                .body("data.find { it.action == 'user.changed' }.changes[0].old", equalTo("member"))
                .body("data.find { it.action == 'user.changed' }.changes[0].now", equalTo("admin"));
    }

    private ValidatableResponse keyed(Map<String, ?> form) {
        return asAdmin()
                .header("Idempotency-Key", "k")
                .body(form)
                .post("/v1/users")
                .then();
    }
}
