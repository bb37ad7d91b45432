package dev.mailroom.account.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.mailroom.account.mail.TestMailbox;
import dev.mailroom.testkit.LoggedRecord;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who may change whom, and what stays when a person goes. */
@QuarkusTest
class UserRightsTest extends PeopleScene {
    private final UUID boss = UUID.randomUUID();

    @Test
    void keepsTheLastOwner() {
        asOwner().get("/v1/users").then().statusCode(200);

        asOwner()
                .body(Map.of("role", "member"))
                .patch("/v1/users/{id}", boss)
                .then()
                .statusCode(409)
                .body("type", containsString("last-owner"));
        asOwner()
                .delete("/v1/users/{id}?confirm=true", boss)
                .then()
                .statusCode(409)
                .body("type", containsString("last-owner"));

        UUID second = colleague();
        asOwner()
                .body(Map.of("role", "owner"))
                .patch("/v1/users/{id}", second)
                .then()
                .statusCode(200);
        // The helper's owner makes a third.
        asOwner()
                .body(Map.of("role", "member"))
                .patch("/v1/users/{id}", boss)
                .then()
                .statusCode(200);
    }

    @Test
    void leavesOneOwnerWhenAllStepDownAtOnce() throws Exception {
        asOwner().get("/v1/users").then().statusCode(200);
        List<UUID> owners = new ArrayList<>(List.of(boss));
        for (int i = 0; i < 3; i++) {
            owners.add(UUID.fromString(asOwner()
                    .body(Map.of("name", "Owner", "email", "owner" + i + "@example.com", "role", "owner"))
                    .post("/v1/users")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("id")));
        }
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = owners.stream()
                    .map(id -> clients.submit(() -> asOwner()
                            .body(Map.of("role", "member"))
                            .patch("/v1/users/{id}", id)
                            .then()
                            .extract()
                            .statusCode()))
                    .toList();
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isIn(200, 409);
            }
        }
        assertThat(rows("select id from users where role = 'owner' and organization_id = '" + organization + "'"))
                .hasSize(1);
    }

    @Test
    void leavesOwnersToOwners() {
        asOwner().get("/v1/users").then().statusCode(200);

        create(Map.of("name", "x", "email", "x@example.com", "role", "owner"))
                .statusCode(403)
                .body("type", containsString("owner-required"));
        for (Map<String, String> change : List.of(Map.of("role", "member"), Map.of("name", "x"))) {
            asAdmin().body(change).patch("/v1/users/{id}", boss).then().statusCode(403);
        }
        asAdmin()
                .body(Map.of("role", "owner"))
                .patch("/v1/users/{id}", colleague())
                .then()
                .statusCode(403);
        asAdmin().delete("/v1/users/{id}", boss).then().statusCode(403);
    }

    @Test
    void leavesTheDirectoryToOwnersAndAdmins() {
        UUID id = colleague();
        var member = as("member", organization, user);

        member.body(Map.of("name", "x", "email", "x@example.com"))
                .post("/v1/users")
                .then()
                .statusCode(403);
        as("member", organization, user)
                .body(Map.of("name", "x"))
                .patch("/v1/users/{id}", id)
                .then()
                .statusCode(403);
        as("member", organization, user).delete("/v1/users/{id}", id).then().statusCode(403);
        as("member", organization, user)
                .get("/v1/users/{id}", id)
                .then()
                .statusCode(200)
                .body("name", equalTo("Bo Berg"))
                .body("$", not(org.hamcrest.Matchers.hasKey("email")))
                .body("$", not(org.hamcrest.Matchers.hasKey("role")));
    }

    @Test
    void hidesPeopleOfOtherOrganizations() {
        UUID id = colleague();
        UUID elsewhere = UUID.randomUUID();

        as("owner", elsewhere, boss).get("/v1/users/{id}", id).then().statusCode(404);
        as("owner", elsewhere, boss)
                .body(Map.of("name", "x"))
                .patch("/v1/users/{id}", id)
                .then()
                .statusCode(404);
        as("owner", elsewhere, boss)
                .delete("/v1/users/{id}?confirm=true", id)
                .then()
                .statusCode(404);
        as("owner", elsewhere, boss).get("/v1/users").then().body("data.id", equalTo(List.of(boss.toString())));
    }

    @Test
    void removesAPersonForGood() {
        UUID id = colleague();
        asAdmin().delete("/v1/users/{id}", id).then().statusCode(204);

        asAdmin().get("/v1/users/{id}", id).then().statusCode(404);
        asAdmin().delete("/v1/users/{id}", id).then().statusCode(404);
        // A token that is still valid does not bring the person back; an admin does.
        as("member", organization, id)
                .get("/v1/accounts")
                .then()
                .statusCode(403)
                .body("type", containsString("user-removed"));
        as("member", UUID.randomUUID(), id).get("/v1/accounts").then().statusCode(200);
        asAdmin().get("/v1/users/{id}", id).then().statusCode(404);
        assertThat(rows("select name || coalesce(email, '') from users where organization_id = '" + organization
                        + "' and id = '" + id + "'"))
                .containsExactly("");
        create(Map.of("id", id, "name", "Bo again", "email", id + "@example.com"))
                .statusCode(201)
                .body("revision", equalTo(3));
        as("member", organization, id).get("/v1/accounts").then().statusCode(200);

        assertThat(events(id, 3))
                .extracting(LoggedRecord::type)
                .containsExactly(
                        "dev.mailroom.user.changed.v1", "dev.mailroom.user.removed.v1", "dev.mailroom.user.changed.v1");
    }

    @Test
    void saysWhatAPersonOwnsBeforeItRemovesThem() {
        try (TestMailbox mailbox = TestMailbox.start()) {
            UUID account = connected(mailbox);

            asOwner()
                    .delete("/v1/users/{id}", user)
                    .then()
                    .statusCode(409)
                    .body("type", containsString("confirmation-needed"))
                    .body("accounts", equalTo(List.of(account.toString())));
            asOwner().delete("/v1/users/{id}?confirm=true", user).then().statusCode(204);

            asOwner().get("/v1/accounts/{id}", account).then().statusCode(200).body("owner", equalTo(user.toString()));
            asOwner().delete("/v1/accounts/{id}?confirm=true", account).then().statusCode(204);
        }
    }

    @Test
    void takesARemovedPersonOutOfTheirTeams() {
        UUID id = colleague();
        UUID stays = colleague();
        UUID team = team(List.of(id, stays), List.of());

        asAdmin().delete("/v1/users/{id}", id).then().statusCode(204);

        asAdmin()
                .get("/v1/teams/{id}", team)
                .then()
                .body("members", equalTo(List.of(stays.toString())))
                .body("revision", equalTo(2));
    }

    private io.restassured.specification.RequestSpecification asOwner() {
        return as("owner", organization, boss);
    }
}
